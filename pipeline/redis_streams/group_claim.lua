-- Takes partitions that nobody holds. Answers for each 2 (ours already), 1 (ours now), 0 (held by
-- another live member), or nothing when the generation is over.
-- ARGV  member, generation, force (0 or 1), partition, ...
if redis.call('HGET', state, 'generation') ~= ARGV[2] then return {} end
local answer = {}
for i = 4, #ARGV do
  local owner = redis.call('HGET', owners, ARGV[i])
  if owner == ARGV[1] then
    answer[#answer + 1] = 2
  elseif not owner or not redis.call('ZSCORE', members, owner) or ARGV[3] == '1' then
    redis.call('HSET', owners, ARGV[i], ARGV[1])
    answer[#answer + 1] = 1
  else
    answer[#answer + 1] = 0
  end
end
return answer
