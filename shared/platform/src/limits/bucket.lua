-- Two token buckets under one key: one for bursts, refilled by the minute, and one for the hour. Looks and takes at once.
--
-- KEYS[1]  the buckets of one caller under one rule
-- ARGV     capacity, tokens a minute, tokens an hour (which is also the hour's capacity), and the time in microseconds, which
--          the server's own clock gives where it is left out
-- answers  {1 if a token was taken, level of the minute's bucket, level of the hour's}
--
-- Levels are whole numbers: a token of the minute's bucket has 60,000,000 parts and one of the hour's 3,600,000,000, so that
-- each microsecond brings exactly as many parts as there are tokens a minute or an hour. All stay below 2^53, where Lua's
-- numbers are exact. What would be full is not kept.
local MINUTE, HOUR = 60000000, 3600000000
local capacity, per_minute, per_hour = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

-- The division only keeps the product small; where the bucket is about full, the minimum decides.
local function refilled(level, full, elapsed, rate)
  if elapsed > (full - level) / rate + 2 then return full end
  return math.min(full, level + elapsed * rate)
end

local full_minute, full_hour = capacity * MINUTE, per_hour * HOUR
local minute, hour = full_minute, full_hour
local stored = redis.call('GET', KEYS[1])
local at, of_minute, of_hour = string.match(stored or '', '^(%d+) (%d+) (%d+)$')
if at then
  -- After a failover the clock may be behind: nothing is refilled twice for the same time.
  now = math.max(now, tonumber(at))
  local elapsed = now - tonumber(at)
  minute = refilled(math.min(full_minute, tonumber(of_minute)), full_minute, elapsed, per_minute)
  hour = refilled(math.min(full_hour, tonumber(of_hour)), full_hour, elapsed, per_hour)
end

-- A refusal writes nothing: what is kept says the same later.
if minute < MINUTE or hour < HOUR then return {0, minute, hour} end

minute, hour = minute - MINUTE, hour - HOUR
local until_full = math.max((full_minute - minute) / per_minute, (full_hour - hour) / per_hour)
local value = string.format('%.0f %.0f %.0f', now, minute, hour)
redis.call('SET', KEYS[1], value, 'PX', math.ceil(until_full / 1000) + 1000)
return {1, minute, hour}
