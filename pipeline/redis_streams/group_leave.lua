-- Leaves the group at once.
-- ARGV  member
local held = redis.call('HGETALL', owners)
for i = 1, #held, 2 do
  if held[i + 1] == ARGV[1] then redis.call('HDEL', owners, held[i]) end
end
redis.call('HDEL', meta, ARGV[1])
if redis.call('ZREM', members, ARGV[1]) == 1 then new_generation(0) end
return 1
