-- The tag of the entry at an offset, nothing if there is no such entry.
-- KEYS  log
-- ARGV  offset
local id = '0-' .. ARGV[1]
local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
if not entry then return false end
for i = 1, #entry[2], 2 do
  if entry[2][i] == 'tag' then return entry[2][i + 1] end
end
return ''
