-- Raises a group's fence on a partition, makes the group if it is missing, reads its position.
-- KEYS  log, groups
-- ARGV  group, fence
-- Answers {1, offset before the position, tag of the entry there or ''} or {0, the higher fence}.
local group, fence = ARGV[1], ARGV[2]
local stored = redis.call('HGET', KEYS[2], 'fence:' .. group)
if stored and tonumber(stored) > tonumber(fence) then return {0, tonumber(stored)} end
redis.call('HSET', KEYS[2], 'fence:' .. group, fence)
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], group, '0', 'MKSTREAM', 'ENTRIESREAD', '0')
if made.err and not string.find(made.err, 'BUSYGROUP') then return made end
for _, info in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local fields = {}
  for i = 1, #info, 2 do fields[info[i]] = info[i + 1] end
  if fields['name'] == group then
    local at = string.match(fields['last-delivered-id'], '%d+$')
    local kept, tag = string.match(
      redis.call('HGET', KEYS[2], 'position:' .. group) or '', '^(%d+) %-?%d+ (.*)$')
    -- A position that was set by hand has no tag of its own.
    return {1, tonumber(at), kept == at and tag or ''}
  end
end
