-- Joins the generation of now, or asks how it goes on.
-- ARGV  member, lease, metadata, generation to be above, milliseconds to join, rejoin (0 or 1)
-- Answers {generation, 'assigned', assignment} or {generation, 'lead', member, metadata, ...}
-- or {generation, 'wait'}.
local member, lease, metadata = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local above, patience = tonumber(ARGV[4]), tonumber(ARGV[5])
drop_expired(lease)
local generation = tonumber(redis.call('HGET', state, 'generation') or 0)
if not redis.call('ZSCORE', members, member) or ARGV[6] == '1' or generation <= above then
  redis.call('ZADD', members, number(now + lease), member)
  new_generation(above)
end
generation = redis.call('HGET', state, 'generation')

local function has_joined(name)
  local known = redis.call('HGET', meta, name)
  return known and string.sub(known, 1, #generation + 1) == generation .. ' '
end

if not has_joined(member) then
  redis.call('HSET', meta, member, generation .. ' ' .. metadata)
  changed()
end
if redis.call('HGET', state, 'published') == generation then
  local mine = redis.call('HGET', assignment, member)
  if mine then return {tonumber(generation), 'assigned', mine} end
  -- Left out of it for joining too late.
  new_generation(0)
  return {tonumber(generation), 'wait'}
end

local waited = now - tonumber(redis.call('HGET', state, 'started'))
local joined = {}
for _, name in ipairs(redis.call('ZRANGE', members, 0, -1)) do
  if has_joined(name) then
    joined[#joined + 1] = name
  elseif waited > patience then
    -- Its lease is renewed, but nobody is at home.
    redis.call('ZREM', members, name)
    redis.call('HDEL', meta, name)
  else
    return {tonumber(generation), 'wait'}
  end
end
table.sort(joined)
-- A leader that died has lost its lease; one that hangs is not waited for.
if joined[1] ~= member and waited <= 2 * patience then return {tonumber(generation), 'wait'} end
local answer = {tonumber(generation), 'lead'}
for _, name in ipairs(joined) do
  answer[#answer + 1] = name
  answer[#answer + 1] = string.sub(redis.call('HGET', meta, name), #generation + 2)
end
return answer
