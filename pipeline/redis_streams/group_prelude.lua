-- What the scripts of a group's membership share.
-- KEYS  state, members, meta, assignment, owners, changes
local state, members, meta, assignment, owners, changes = unpack(KEYS)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function number(value) return string.format('%.0f', value) end

-- Wakes the members, who wait for an entry of this stream.
local function changed() redis.call('XADD', changes, 'MAXLEN', '1', '*', 'at', number(now)) end

-- Generations come from the clock, so that they go on rising after the server lost everything.
local function new_generation(above)
  local old = tonumber(redis.call('HGET', state, 'generation') or 0)
  redis.call('HSET', state, 'generation', number(math.max(old + 1, above + 1, now)),
    'started', number(now))
  changed()
end

-- Whether the server has been up for so long: until then nobody could renew for a whole lease.
local function up_for(milliseconds)
  local seconds = string.match(redis.call('INFO', 'server'), 'uptime_in_seconds:(%d+)')
  return tonumber(seconds) * 1000 >= milliseconds
end

-- Drops the members whose lease is over, unless the server was away: a restart moves nothing.
-- A clock that went back must not make leases longer.
local function drop_expired(lease)
  local dead = redis.call('ZRANGEBYSCORE', members, '-inf', number(now))
  if #dead > 0 and not up_for(lease) then dead = {} end
  for _, member in ipairs(dead) do
    redis.call('ZREM', members, member)
    redis.call('HDEL', meta, member)
  end
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', members, '(' .. number(now + lease), '+inf')) do
    redis.call('ZADD', members, number(now + lease), member)
  end
  if #dead > 0 then new_generation(0) end
end

