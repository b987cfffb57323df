-- Publishes the assignment of a generation, unless there is a newer one or it has one.
-- ARGV  generation, then member, assignment, ...
if redis.call('HGET', state, 'generation') ~= ARGV[1] then return 0 end
if redis.call('HGET', state, 'published') == ARGV[1] then return 0 end
redis.call('DEL', assignment)
for i = 2, #ARGV, 2 do redis.call('HSET', assignment, ARGV[i], ARGV[i + 1]) end
redis.call('HSET', state, 'published', ARGV[1])
changed()
return 1
