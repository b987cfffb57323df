-- How a group stands in the log of a partition.
-- KEYS  log, state, groups
-- ARGV  group, next offset (0: the position that the group shows), tag before it ('': not known)
-- Answers {offset of the next append, next offset, events appended, events before the position,
-- milliseconds of the oldest entry not behind it, milliseconds of now, bytes, whether the tag is
-- that of the log (1 or 0)}; -1: not known. Nothing when there is no log, or no position.
local function field(entry, name)
  for i = 1, #entry[2], 2 do
    if entry[2][i] == name then return entry[2][i + 1] end
  end
end
local function number(entry, name) return entry and tonumber(field(entry, name)) or -1 end

if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local info, last = redis.call('XINFO', 'STREAM', KEYS[1]), nil
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then last = tonumber(string.match(info[i + 1], '%d+$')) end
end

local next_offset = tonumber(ARGV[2])
if next_offset == 0 then
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local fields = {}
    for i = 1, #group, 2 do fields[group[i]] = group[i + 1] end
    if fields['name'] == ARGV[1] then
      next_offset = tonumber(string.match(fields['last-delivered-id'], '%d+$')) + 1
    end
  end
  if next_offset == 0 then return false end
end

local before, same = -1, 1
if next_offset == 1 then
  before = 0
elseif next_offset <= last + 1 then
  local id = '0-' .. string.format('%.0f', next_offset - 1)
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  before = number(entry, 'c')
  if ARGV[3] ~= '' and not (entry and field(entry, 'tag') == ARGV[3]) then same = 0 end
end

local oldest = redis.call(
  'XRANGE', KEYS[1], '0-' .. string.format('%.0f', next_offset), '+', 'COUNT', 1)[1]
local time = redis.call('TIME')
return {
  last + 1, next_offset, tonumber(redis.call('HGET', KEYS[2], 'c') or -1), before,
  number(oldest, 't'), time[1] * 1000 + math.floor(time[2] / 1000),
  redis.call('MEMORY', 'USAGE', KEYS[1]), same,
}
