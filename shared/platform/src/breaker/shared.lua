-- A breaker that processes share: the same states and steps as `machine.rs`, looked at and changed at once.
--
-- KEYS[1]  the breaker
-- ARGV     what is told (enter, answered, failed, dropped, read), the call's number and its epoch, failures that open it,
--          milliseconds that it stays open, successes that close it, milliseconds of a lease, and the time in milliseconds,
--          which the server's own clock gives where it is left out
-- answers  {1 if the call may be made, or if this opened the breaker; epoch, or milliseconds to wait; phase; count}
--
-- Phases are 0 closed, 1 half-open, 2 open. A state that nobody has changed for an hour is as good as a closed one.
local CLOSED, HALF_OPEN, OPEN = 0, 1, 2
local KEPT, SOON = 3600000, 1000
local word, number, of_epoch = ARGV[1], ARGV[2], tonumber(ARGV[3])
local failures, recovery, successes, lease =
  tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local now = tonumber(ARGV[8])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local epoch, phase, count, until_, trying = 0, CLOSED, 0, 0, '-'
local stored = redis.call('GET', KEYS[1])
local e, p, c, u, t = string.match(stored or '', '^(%d+) (%d) (%d+) (%d+) (%S+)$')
if e then epoch, phase, count, until_, trying = tonumber(e), tonumber(p), tonumber(c), tonumber(u), t end

local function keep()
  local value = string.format('%.0f %d %d %.0f %s', epoch, phase, count, until_, trying)
  redis.call('SET', KEYS[1], value, 'PX', math.max(KEPT, recovery * 2, lease * 2))
end

local function become(next_phase)
  epoch, phase, count = math.max(now, epoch + 1), next_phase, 0
end

if word == 'read' then return {0, epoch, phase, count} end

if word == 'enter' then
  if phase == CLOSED then return {1, epoch, phase, count} end
  local waits = phase == OPEN or trying ~= '-'
  if waits and now < until_ then
    local left = until_ - now
    if phase == HALF_OPEN then left = math.min(left, SOON) end
    return {0, left, phase, count}
  end
  if phase == OPEN then become(HALF_OPEN) end
  trying, until_ = number, now + lease
  keep()
  return {1, epoch, phase, count}
end

local due = phase == CLOSED or (phase == HALF_OPEN and trying == number)
if not due or of_epoch ~= epoch then return {0, epoch, phase, count} end
local opened, before = 0, count
trying = '-'
if word == 'failed' then
  count = count + 1
  if phase == HALF_OPEN or count >= failures then
    become(OPEN)
    until_ = now + recovery
    opened = 1
  end
elseif word == 'answered' and phase == CLOSED then
  count = 0
elseif word == 'answered' then
  count = count + 1
  if count >= successes then become(CLOSED) end
end
-- A success while all is well changes nothing.
if not (phase == CLOSED and count == 0 and before == 0 and (not e or p == '0')) then keep() end
return {opened, epoch, phase, count}
