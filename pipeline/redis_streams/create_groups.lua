-- Creates the groups that a partition has not got, at its beginning.
-- KEYS  log
-- ARGV  group, ...
for _, group in ipairs(ARGV) do
  local reply = redis.pcall('XGROUP', 'CREATE', KEYS[1], group, '0', 'MKSTREAM', 'ENTRIESREAD', '0')
  if reply.err and not string.find(reply.err, 'BUSYGROUP') then return reply end
end
return 1
