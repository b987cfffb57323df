-- Gives all partitions free that are ours, but for those named.
-- ARGV  member, partition, ...
local kept = {}
for i = 2, #ARGV do kept[ARGV[i]] = true end
local held, released = redis.call('HGETALL', owners), false
for i = 1, #held, 2 do
  if held[i + 1] == ARGV[1] and not kept[held[i]] then
    redis.call('HDEL', owners, held[i])
    released = true
  end
end
if released then changed() end
return 1
