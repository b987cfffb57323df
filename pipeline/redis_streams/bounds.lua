-- The offset of the oldest entry and that of the next append.
-- KEYS  log
if redis.call('EXISTS', KEYS[1]) == 0 then return {1, 1} end
local info, last = redis.call('XINFO', 'STREAM', KEYS[1]), nil
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then last = tonumber(string.match(info[i + 1], '%d+$')) end
end
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
return {first and tonumber(string.sub(first[1], 3)) or last + 1, last + 1}
