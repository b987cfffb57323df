-- Renews a lease. Answers: still a member, generation, milliseconds until the next lease ends,
-- last change.
-- ARGV  member, lease in milliseconds
local member, lease = ARGV[1], tonumber(ARGV[2])
drop_expired(lease)
local is_member = redis.call('ZSCORE', members, member) and 1 or 0
if is_member == 1 then redis.call('ZADD', members, number(now + lease), member) end
local next = redis.call(
  'ZRANGEBYSCORE', members, '(' .. number(now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local last = redis.call('XREVRANGE', changes, '+', '-', 'COUNT', 1)
return {
  is_member, tonumber(redis.call('HGET', state, 'generation') or 0),
  next[2] and math.max(next[2] - now, 0) or lease, last[1] and last[1][1] or '0-0',
}
