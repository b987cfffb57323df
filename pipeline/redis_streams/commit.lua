-- Shows a group's position, if the fence is still ours.
-- KEYS  log, groups
-- ARGV  group, fence, offset before the position, total of events there ('-1': not known), its tag
local group, fence, offset = ARGV[1], ARGV[2], ARGV[3]
if redis.call('HGET', KEYS[2], 'fence:' .. group) ~= fence then
  return redis.error_reply('STALEFENCE commit with fence ' .. fence)
end
local id = '0-' .. offset
local set = redis.pcall('XGROUP', 'SETID', KEYS[1], group, id, 'ENTRIESREAD', offset)
if set.err then
  set = redis.pcall('XGROUP', 'CREATE', KEYS[1], group, id, 'MKSTREAM', 'ENTRIESREAD', offset)
  if set.err then return set end
end
redis.call('HSET', KEYS[2], 'position:' .. group, offset .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
return 1
