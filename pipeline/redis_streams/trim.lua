-- Trims the log of a partition as far as it is old or large, and as every group allows.
-- KEYS  log
-- ARGV  milliseconds that entries are kept, bytes, entries to remove at most, then for each group
--       that must have read an entry: its name, and its next offset (0: where the group stands)
-- Answers how many entries were removed. A missing group: none. The entry before each position
-- stays, for its tag tells whether the log is still the same.
if #ARGV < 5 or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local shown = {}
for _, info in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local fields = {}
  for i = 1, #info, 2 do fields[info[i]] = info[i + 1] end
  shown[fields['name']] = tonumber(string.match(fields['last-delivered-id'], '%d+$')) + 1
end
local keep_from = math.huge
for i = 4, #ARGV, 2 do
  if not shown[ARGV[i]] then return 0 end
  local at = tonumber(ARGV[i + 1])
  keep_from = math.min(keep_from, (at == 0 and shown[ARGV[i]] or at) - 1)
end

local function id(offset) return '0-' .. string.format('%.0f', offset) end
local function offset_of(entry) return tonumber(string.sub(entry[1], 3)) end

local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if not first or offset_of(first) >= keep_from then return 0 end
local oldest, time = offset_of(first), redis.call('TIME')
local young = time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[1])

local function is_old(offset)
  local entry = redis.call('XRANGE', KEYS[1], id(offset), '+', 'COUNT', 1)[1]
  if not entry then return false end
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 't' then return tonumber(entry[2][i + 1]) < young end
  end
  return false
end

local most = math.min(keep_from, oldest + tonumber(ARGV[3]))
-- The first entry that is not old, by halving.
local low, high = oldest, most
while low < high do
  local middle = math.floor((low + high) / 2)
  if is_old(middle) then low = middle + 1 else high = middle end
end
local excess = redis.call('MEMORY', 'USAGE', KEYS[1]) - tonumber(ARGV[2])
local each = (excess + tonumber(ARGV[2])) / redis.call('XLEN', KEYS[1])
local by_size = excess > 0 and oldest + math.ceil(excess / each) or oldest
local target = math.min(most, math.max(low, by_size))
if target <= oldest then return 0 end
return redis.call('XTRIM', KEYS[1], 'MINID', '=', id(target))
