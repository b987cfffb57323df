-- Appends entries to the log of a partition, once, whatever is sent again.
-- KEYS  log, state, groups
-- ARGV  producer, sequence, link, memory share in percent (0: not checked), group and fence
--       ('' and 0: not fenced), then for each entry: which of k, v, h follow (e.g. 'kv'),
--       milliseconds, events, and those values
-- Answers the offset of the last entry.
--
-- `tag` of an entry is the link of the call before and the link of this call: a chain that only
-- this very log has. `c` is the total of events of the log up to and with the entry.
local producer, sequence, link = 'p:' .. ARGV[1], tonumber(ARGV[2]), ARGV[3]
local known = redis.call('HMGET', KEYS[2], producer, 'c', 'tag', 'checked')
local total, before = tonumber(known[2] or 0), known[3] or string.rep('0', #link)
local time = redis.call('TIME')
local now = tonumber(time[1])

if known[1] then
  local last, offset = string.match(known[1], '^(%d+) (%d+)')
  if sequence == tonumber(last) then
    -- Written once more so that a WAIT behind this call waits for something.
    redis.call('HSET', KEYS[2], producer, known[1])
    return tonumber(offset)
  end
  if sequence < tonumber(last) then
    return redis.error_reply('SUPERSEDED sequence ' .. last .. ' was appended before ' .. ARGV[2])
  end
elseif sequence > 1 then
  return redis.error_reply('UNKNOWNPRODUCER nothing known of sequence ' .. ARGV[2])
end

if ARGV[5] ~= '' and redis.call('HGET', KEYS[3], 'fence:' .. ARGV[5]) ~= ARGV[6] then
  return redis.error_reply('STALEFENCE append with fence ' .. ARGV[6])
end

local share, tenth = tonumber(ARGV[4]), time[1] .. string.sub('00000' .. time[2], -6, -6)
if share > 0 and known[4] ~= tenth then
  -- INFO costs as much as the whole append, so a tenth of a second is good for all in it.
  local memory = redis.call('INFO', 'memory')
  local limit = tonumber(string.match(memory, 'maxmemory:(%d+)'))
  local used = tonumber(string.match(memory, 'used_memory:(%d+)'))
  if limit > 0 and used > limit * share / 100 then
    return redis.error_reply('FULL ' .. used .. ' of ' .. limit .. ' bytes are in use')
  end
  redis.call('HSET', KEYS[2], 'checked', tenth)
end

local i, id = 7, nil
while i <= #ARGV do
  local present, time, events = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  total = total + tonumber(events)
  local fields = {'t', time, 'n', events, 'c', string.format('%.0f', total), 'tag', before .. link}
  i = i + 3
  for name in string.gmatch(present, '.') do
    fields[#fields + 1] = name
    fields[#fields + 1] = ARGV[i]
    i = i + 1
  end
  id = redis.call('XADD', KEYS[1], '0-*', unpack(fields))
  before = link
end

local offset = string.sub(id, 3)
redis.call('HSET', KEYS[2], 'c', string.format('%.0f', total), 'tag', link,
  producer, ARGV[2] .. ' ' .. offset .. ' ' .. string.format('%.0f', now))

if not known[1] then
  -- A new producer pays for forgetting those that have been silent for a day.
  local fields = redis.call('HGETALL', KEYS[2])
  for j = 1, #fields, 2 do
    local seen = string.match(fields[j + 1], '^%d+ %d+ (%d+)$')
    if string.sub(fields[j], 1, 2) == 'p:' and tonumber(seen) < now - 86400 then
      redis.call('HDEL', KEYS[2], fields[j])
    end
  end
end
return tonumber(offset)
