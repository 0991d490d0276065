// The Lua of the resource gate. Each script is one round trip, and nothing comes between its lines.
import { type ScriptSource, scriptOf } from './redis-script.ts'

function script(body: string): ScriptSource {
  return scriptOf(`${CLOCK}${body}`)
}

// All who share a gate share a clock, Redis's own: one machine whose clock has gone wrong must not hold up the others. ARGV[1] of every script
// that needs the time is empty, but for tests, which move it.
const CLOCK = `
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local now = tonumber(ARGV[1]) or clock()
`

// Start-time fair queueing (Goyal, Vin and Cheng, 1996), turned round: nobody is called, everybody comes back by himself to ask.
//
// Tokens are handed out in the order of tags. Who finds too few gets a tag: where his school's last one ended, or where the lane has got to,
// whichever is later; it ends after as many tokens as he wants. So schools that wait take turns, token by token, however many runs each has
// waiting and however often they ask. One who comes back is served if all before him can be served as well, or are at most SLACK_MS ahead
// of him (none of us comes to the millisecond), or if the bucket is about to overflow: then nobody who is before him has come for it.
//
// The time that he is told is when the tokens of all who wait before him, and his own, will have come: so those who wait come once each, and
// once more for whatever newcomers went before them meanwhile. Who would have to wait for long asks again from time to time all the same, the
// more seldom the more they are: the whole lane about ASKS_PER_SECOND. That is what makes up for those who were told a time and never came
// back; they lose their place after GRACE_MS.
//
// Tags are counted in tokens. The lines hold who waits, by tag, one line per number of tokens wanted: so the tokens before a tag are counted
// in O(log n) and exactly. All of it is forgotten with Redis, and then everybody is a newcomer to an empty bucket. A place that is lost gives its
// tokens back to its school, whose runs would otherwise stand behind everybody after a long pause. Where the schools' tags end is forgotten
// before the lane's own tag is, or those who were here yesterday would stand behind all who come today.
//
// Of a closed gate the probe goes to somebody who has not met the error that closed it, where there is such a one: those who have met it stand
// back for YIELD_MS, or the few whom it concerns would try for ever, and keep out the many whom it does not.
//
// KEYS: 1 the gate; of the lane: 2 who was told which time, 3 where each school's last tag ends, 4 the lines' common beginning; 5 the runs that
// met a systemic error
// ARGV: 1 the time, 2 tokens per ms, 3 burst, 4 tokens wanted, 5 tokens to leave, 6 lane, 7 school, 8 run, 9 a random number in [0, 1),
// 10 whether the gate must be sure that it is not closed
// Answers {1, whether as a probe} to enter, {0, ms to wait, whether closed} otherwise; {-1} where it is not sure.
export const ENTER = script(`
local SLACK_MS, SPILL_MS, GRACE_MS, JITTER_MS = 500, 100, 15000, 250
local LONGEST_MS, ASKS_PER_SECOND, PAUSED_RECHECK_MS, CLOSED_RECHECK_MS, IDLE_MS = 60000, 100, 20000, 5000, 3600000
local YIELD_MS, CLOCK_SET_BACK_MS = 15000, 60000
local rate, burst, floor = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5])
-- More than the bucket ever holds would never be granted.
local wanted = math.min(tonumber(ARGV[4]), burst - floor)
local lane, school, run, random = ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9])
local gate = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'closedUntil', 'closed', 'probeAt', 'probeEvery', lane .. 'Tag', lane .. 'Lines', lane .. 'Count', 'sure')
if ARGV[10] == '1' and gate[10] ~= '1' and gate[4] ~= '1' then return {-1, 0, 0} end
local probe, shutFor, again = 0, 0, JITTER_MS
-- Retry-After holds probes too.
if gate[3] and now < tonumber(gate[3]) then
  shutFor = math.min(tonumber(gate[3]) - now, PAUSED_RECHECK_MS)
elseif gate[4] == '1' and now < tonumber(gate[5]) then
  shutFor = math.min(tonumber(gate[5]) - now, CLOSED_RECHECK_MS)
elseif gate[4] == '1' and now < tonumber(gate[5]) + YIELD_MS and redis.call('ZSCORE', KEYS[5], run) then
  shutFor = math.min(tonumber(gate[5]) + YIELD_MS - now, CLOSED_RECHECK_MS)
elseif gate[4] == '1' then
  redis.call('HSET', KEYS[1], 'probeAt', now + tonumber(gate[6]))
  probe = 1
end
if shutFor > 0 then again = 4 * JITTER_MS end
if wanted == 0 and shutFor == 0 then return {1, probe, 0} end

for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - GRACE_MS, 'LIMIT', 0, 100)) do
  local line, who, whose = string.match(gone, '^(.-)|(.-)|(.*)$')
  if redis.call('ZREM', KEYS[4] .. line, who) == 1 then redis.call('ZADD', KEYS[3], 'XX', 'INCR', '-' .. line, whose) end
  redis.call('ZREM', KEYS[2], gone)
end

local crowd = redis.call('ZCARD', KEYS[2]) * 1000 / ASKS_PER_SECOND
if wanted == 0 then
  -- He has no place in a line, but is one of those who come back.
  local ms = math.max(shutFor, math.min(crowd, LONGEST_MS)) + random * again
  redis.call('ZADD', KEYS[2], now + ms, '0|' .. run .. '|')
  redis.call('PEXPIRE', KEYS[2], IDLE_MS)
  return {0, math.ceil(ms), 1}
end

local filledAt = tonumber(gate[2] or now)
if filledAt - now > CLOCK_SET_BACK_MS then filledAt = now end
local at = math.max(now, filledAt)
local tokens = math.min(burst, tonumber(gate[1] or '0') + (at - filledAt) * rate)
local reached = tonumber(gate[7] or '0')
local size = tostring(wanted)
local own = KEYS[4] .. size
local place = size .. '|' .. run .. '|' .. school
local tag = tonumber(redis.call('ZSCORE', own, run) or nil)
local isNew = tag == nil
if isNew then
  local starts = math.max(reached, tonumber(redis.call('ZSCORE', KEYS[3], school) or '0'))
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('(%.17g', reached))
  redis.call('ZADD', KEYS[3], string.format('%.17g', starts + wanted), school)
  redis.call('PEXPIRE', KEYS[3], IDLE_MS)
  -- Newcomers of one moment have the same tag but for this.
  local count = (tonumber(gate[9] or '0') + 1) % 1000000
  redis.call('HSET', KEYS[1], lane .. 'Count', count)
  tag = starts + count / 1000000
end
local before = 0
for line in string.gmatch(gate[8] or '', '[^|]+') do
  before = before + tonumber(line) * redis.call('ZCOUNT', KEYS[4] .. line, '-inf', string.format('(%.17g', tag))
end

local left = tokens - wanted - floor
local isTurn = before <= SLACK_MS * rate or before <= left
local answer
if probe == 1 or (shutFor == 0 and left >= 0 and (isTurn or tokens + SPILL_MS * rate >= burst)) then
  tokens = tokens - wanted
  if not isNew then
    redis.call('ZREM', own, run)
    redis.call('ZREM', KEYS[2], place)
  end
  -- Who was only let in for want of others says nothing about how far the lane has got.
  if isTurn and tag > reached then redis.call('HSET', KEYS[1], lane .. 'Tag', string.format('%.17g', tag)) end
  answer = {1, probe, 0}
else
  if isNew then
    redis.call('ZADD', own, string.format('%.17g', tag), run)
    if not string.find('|' .. (gate[8] or '') .. '|', '|' .. size .. '|', 1, true) then
      redis.call('HSET', KEYS[1], lane .. 'Lines', (gate[8] or '') .. '|' .. size)
    end
  end
  local then_ = math.min(burst, tokens + shutFor * rate)
  local ms = shutFor + math.max(0, (floor + before + wanted - then_) / rate)
  local longest = math.max(LONGEST_MS, crowd)
  if ms > longest then ms = longest * (0.75 + random / 2) else ms = ms + random * again end
  redis.call('ZADD', KEYS[2], now + ms, place)
  for _, key in ipairs({KEYS[2], KEYS[3], own}) do redis.call('PEXPIRE', key, IDLE_MS) end
  answer = {0, math.ceil(ms), shutFor > 0 and 1 or 0}
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', at)
if gate[4] ~= '1' and not (gate[3] and now < tonumber(gate[3])) then redis.call('PEXPIRE', KEYS[1], IDLE_MS) end
return answer
`)

// KEYS[1] the gate; ARGV: the time, for how long. Never shortens a pause, nor lets an idle gate forget one.
export const PAUSE = script(`
local until_ = now + tonumber(ARGV[2])
local standing = redis.call('HGET', KEYS[1], 'closedUntil')
if not standing or tonumber(standing) < until_ then redis.call('HSET', KEYS[1], 'closedUntil', until_) end
redis.call('PERSIST', KEYS[1])
`)

// KEYS[1] the gate; ARGV: the time, probe every. A gate that is closed already keeps its probe's turn.
export const CLOSE = script(`
if redis.call('HGET', KEYS[1], 'closed') ~= '1' then
  redis.call('HSET', KEYS[1], 'closed', '1', 'probeAt', now + tonumber(ARGV[2]), 'probeEvery', ARGV[2])
  redis.call('PERSIST', KEYS[1])
end
`)

// KEYS[1] the gate; ARGV[1] idle ms. The ledger was asked, and does not know of its being closed. A gate that was forgotten is not sure of that.
export const ASSURE = scriptOf(`
local isNew = redis.call('EXISTS', KEYS[1]) == 0
redis.call('HSET', KEYS[1], 'sure', '1')
if isNew then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
`)

// KEYS: 1 the gate, 2 the runs that met a systemic error. The bucket starts empty; a Retry-After that still runs stays, and so do the places of
// those who wait.
export const REOPEN = script(`
redis.call('HDEL', KEYS[1], 'closed', 'probeAt', 'probeEvery', 'tokens', 'at')
redis.call('DEL', KEYS[2])
`)

// KEYS: 1 the runs that met a systemic error, by the time of their first, 2 how many errors they met, 3 the last success that was told
// ARGV: 1 the time, 2 run, 3 how often successes are told: within one such gap there may have been others, 4 idle ms
// Answers {runs, errors, how long ago the first was}.
export const NOTE_SYSTEMIC = script(`
local since = tonumber(redis.call('GET', KEYS[3]) or '-1e15') + tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', since)
if redis.call('ZCARD', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
if now <= since then return {0, 0, 0} end
redis.call('ZADD', KEYS[1], 'NX', now, ARGV[2])
local errors = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
local first = tonumber(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
return {redis.call('ZCARD', KEYS[1]), errors, math.max(0, now - first)}
`)

// KEYS[1] the last success that was told; ARGV: the time, idle ms
export const NOTE_SUCCESS = script(`
redis.call('SET', KEYS[1], now, 'PX', ARGV[2])
`)
