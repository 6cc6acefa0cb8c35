-- Two token buckets under each key: one for bursts, refilled by the minute, and one for the hour. Looks and takes at once, for one
-- key after the other, all at the same time of the server's clock.
--
-- KEYS     the buckets of one caller under one rule each; a key may come more than once
-- ARGV     for each key its capacity, tokens a minute and tokens an hour (which is also the hour's capacity), and at the end the
--          time in microseconds, which the server's own clock gives where it is left out
-- answers  {1 if a token was taken, level of the minute's bucket, level of the hour's} of each key, one after the other
--
-- Levels are whole numbers: a token of the minute's bucket has 60,000,000 parts and one of the hour's 3,600,000,000, so that
-- each microsecond brings exactly as many parts as there are tokens a minute or an hour. All stay below 2^53, where Lua's
-- numbers are exact. What would be full is not kept. What is kept are three doubles, each in eight bytes from the lowest on: the
-- time, the minute's level and the hour's.
local MINUTE, HOUR = 60000000, 3600000000
local KEPT, BYTES = '<ddd', 24
local ceil, max, min = math.ceil, math.max, math.min
local call, pack, unpacked = redis.call, struct.pack, struct.unpack
local clock = tonumber(ARGV[3 * #KEYS + 1])
if not clock then
  local time = call('TIME')
  clock = time[1] * 1000000 + time[2]
end

-- The division only keeps the product small; where the bucket is about full, the minimum decides.
local function refilled(level, full, elapsed, rate)
  if elapsed > (full - level) / rate + 2 then return full end
  return min(full, level + elapsed * rate)
end

local known = call('MGET', unpack(KEYS))
local written, told = {}, {}
for number, key in ipairs(KEYS) do
  local last = 3 * number
  local capacity, per_minute, per_hour = tonumber(ARGV[last - 2]), tonumber(ARGV[last - 1]), tonumber(ARGV[last])
  local full_minute, full_hour = capacity * MINUTE, per_hour * HOUR
  local now, minute, hour = clock, full_minute, full_hour
  local kept = written[key] or known[number]
  if kept and #kept == BYTES then
    local at, of_minute, of_hour = unpacked(KEPT, kept)
    -- After a failover the clock may be behind: nothing is refilled twice for the same time.
    now = max(clock, at)
    minute = refilled(min(full_minute, of_minute), full_minute, now - at, per_minute)
    hour = refilled(min(full_hour, of_hour), full_hour, now - at, per_hour)
  end
  local taken = 0
  -- A refusal writes nothing: what is kept says the same later.
  if minute >= MINUTE and hour >= HOUR then
    taken, minute, hour = 1, minute - MINUTE, hour - HOUR
    local until_full = max((full_minute - minute) / per_minute, (full_hour - hour) / per_hour)
    kept = pack(KEPT, now, minute, hour)
    written[key] = kept
    call('SET', key, kept, 'PX', ceil(until_full / 1000) + 1000)
  end
  told[last - 2], told[last - 1], told[last] = taken, minute, hour
end
return told
