-- What a log holds.
-- KEYS  log, state
-- Answers {entries, bytes, events ever appended (-1: not known), offset and milliseconds of the
-- oldest entry (-1: there is none), milliseconds of now, {group, next offset, ...}}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('EXISTS', KEYS[1]) == 0 then return {0, 0, 0, -1, -1, now, {}} end
local oldest_offset, oldest_ms = -1, -1
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if first then
  oldest_offset = tonumber(string.sub(first[1], 3))
  for i = 1, #first[2], 2 do
    if first[2][i] == 't' then oldest_ms = tonumber(first[2][i + 1]) end
  end
end
local groups = {}
for _, info in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local fields = {}
  for i = 1, #info, 2 do fields[info[i]] = info[i + 1] end
  groups[#groups + 1] = fields['name']
  groups[#groups + 1] = tonumber(string.match(fields['last-delivered-id'], '%d+$')) + 1
end
return {
  redis.call('XLEN', KEYS[1]), redis.call('MEMORY', 'USAGE', KEYS[1]),
  tonumber(redis.call('HGET', KEYS[2], 'c') or -1), oldest_offset, oldest_ms, now, groups,
}
