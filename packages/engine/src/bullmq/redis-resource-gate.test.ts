import { describe, expect, test } from 'vitest'
import type { Closures } from '../ledger.ts'
import type { Lane } from '../priority.ts'
import type { Entry, ResourceGate, ResourceLimits } from '../resource-gate.ts'
import { connectTo, newNamespace, ready, testRedis } from '../test-support/real-redis.ts'
import { createRedisResourceGate } from './redis-resource-gate.ts'

const redis = testRedis()
const NOW = Date.UTC(2026, 8, 1, 8)
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const limits: readonly ResourceLimits[] = [
  { name: 'graph', ratePerSecond: 10, burst: 20, reopenByProbe: true },
  { name: 'tiny', ratePerSecond: 1, burst: 1, reopenByProbe: true },
]

async function arrange({ random = 0 } = {}) {
  const connection = await ready(connectTo(redis))
  const namespace = newNamespace()
  const gate = createRedisResourceGate({ connection, namespace, limits, random: () => random, clock: 'callers' })
  return { connection, namespace, gate, key: `{${namespace}:resource:graph}:gate` }
}

interface Asking {
  readonly tokens?: number
  readonly lane?: Lane
  readonly resource?: string
  readonly scope?: string | null
  readonly uuid?: string
}

let drawn = 0
/** Who was told to wait comes back before anybody else who wants the same. */
const waiting = new Map<string, string>()

async function enter(gate: ResourceGate, now: number, asking: Asking = {}): Promise<Entry> {
  const who = JSON.stringify(asking)
  drawn += 1
  const uuid = waiting.get(who) ?? `run ${drawn}`
  const entry = await gate.enter({ resource: 'graph', tokens: 1, lane: 'interactive', scope: 'a school', uuid, ...asking, now })
  if (entry.kind === 'wait') waiting.set(who, uuid)
  else waiting.delete(who)
  return entry
}

/** How many enter at this moment before one is told to wait. */
async function entered(gate: ResourceGate, now: number, options: Asking = {}): Promise<number> {
  let count = 0
  while ((await enter(gate, now, options)).kind === 'open') count += 1
  return count
}

const open = { kind: 'open', probe: false }

describe('the token bucket', () => {
  test('starts empty, so that a flush of Redis is no burst', async () => {
    const { gate } = await arrange()
    expect(await enter(gate, NOW)).toEqual({ kind: 'wait', ms: 100, closed: false })
  })

  test('fills at its rate', async () => {
    const { gate } = await arrange()
    await enter(gate, NOW)
    expect(await entered(gate, NOW + SECOND)).toBe(10)
    expect(await entered(gate, NOW + SECOND)).toBe(0)
    expect(await entered(gate, NOW + 1_500)).toBe(5)
  })

  test('holds no more than its burst, however long nobody came', async () => {
    const { gate } = await arrange()
    await enter(gate, NOW)
    expect(await entered(gate, NOW + 24 * HOUR)).toBe(20)
  })

  test('gives no more than its rate over a minute of greedy callers', async () => {
    const { gate } = await arrange()
    await enter(gate, NOW)
    let taken = 0
    for (let at = 0; at <= MINUTE; at += 250) taken += await entered(gate, NOW + at)
    expect(taken).toBe(600)
  })

  test('is shared by all processes of a fleet, and by no other fleet', async () => {
    const { connection, gate, namespace } = await arrange()
    const other = createRedisResourceGate({ connection, namespace, limits, random: () => 0, clock: 'callers' })
    const stranger = createRedisResourceGate({ connection, namespace: newNamespace(), limits, random: () => 0, clock: 'callers' })
    for (const one of [gate, stranger]) await enter(one, NOW)
    expect((await entered(gate, NOW + SECOND)) + (await entered(other, NOW + SECOND))).toBe(10)
    expect(await entered(stranger, NOW + SECOND)).toBe(10)
  })

  test('takes as many tokens as a try needs at most, or none', async () => {
    const { gate } = await arrange()
    expect(await enter(gate, NOW, { tokens: 0 })).toEqual(open)
    await enter(gate, NOW)
    expect(await entered(gate, NOW + SECOND, { tokens: 4 })).toBe(2)
    expect(await enter(gate, NOW + SECOND, { tokens: 0 })).toEqual(open)
  })

  test('lets a try that needs more than it can ever hold enter when it is full', async () => {
    const { gate } = await arrange()
    expect(await enter(gate, NOW, { tokens: 500 })).toMatchObject({ kind: 'wait', ms: 2_000 })
    expect(await enter(gate, NOW + 2 * SECOND, { tokens: 500 })).toEqual(open)
    expect(await enter(gate, NOW, { resource: 'tiny', lane: 'bulk' })).toMatchObject({ kind: 'wait' })
    expect(await enter(gate, NOW + SECOND, { resource: 'tiny', lane: 'bulk' })).toEqual(open)
  })

  test('lets bulk in only while a quarter remains, and single requests to the last token', async () => {
    const { gate } = await arrange()
    await enter(gate, NOW)
    const full = NOW + MINUTE
    expect(await entered(gate, full, { lane: 'bulk' })).toBe(15)
    expect(await entered(gate, full)).toBe(5)
    expect(await entered(gate, full + 500, { lane: 'bulk' })).toBe(0)
    expect(await entered(gate, full + 600, { lane: 'bulk' })).toBe(1)
  })

  test('does not run backwards for a process whose clock does', async () => {
    const { gate } = await arrange()
    await enter(gate, NOW)
    expect(await entered(gate, NOW + SECOND)).toBe(10)
    expect(await entered(gate, NOW - 5 * SECOND)).toBe(0)
    expect(await entered(gate, NOW + SECOND)).toBe(0)
  })

  test('fills again after the clock that all share was set back', async () => {
    const { gate } = await arrange()
    await enter(gate, NOW + HOUR)
    expect(await entered(gate, NOW)).toBe(0)
    expect(await entered(gate, NOW + SECOND)).toBe(10)
  })

  test('goes by the clock of Redis, so that one machine whose clock is wrong neither fills nor empties it, nor closes it for long', async () => {
    const { connection, key, namespace } = await arrange()
    const gate = createRedisResourceGate({ connection, namespace, limits, random: () => 0 })
    const [seconds] = await connection.time()
    const right = Number(seconds) * SECOND
    for (const now of [right + 24 * HOUR, right - 24 * HOUR, right]) {
      expect(await enter(gate, now, { uuid: `clock ${now}` })).toMatchObject({ kind: 'wait', closed: false })
    }
    expect(Math.abs(Number(await connection.hget(key, 'at')) - right)).toBeLessThan(MINUTE)
    await gate.pause({ resource: 'graph', forMs: 17 * SECOND, now: right + 24 * HOUR })
    const held = await enter(gate, right, { tokens: 0 })
    expect(held).toMatchObject({ kind: 'wait', closed: true })
    expect(held.kind === 'wait' && held.ms).toBeLessThanOrEqual(17 * SECOND)
    await gate.noteSuccess({ resource: 'graph', now: right + 24 * HOUR })
    await gate.close({ resource: 'graph', probeEveryMs: 5 * MINUTE, now: right + 24 * HOUR })
    expect(Number(await connection.hget(key, 'probeAt'))).toBeLessThan(right + 6 * MINUTE)
    expect(Number(await connection.get(key.replace(/gate$/, 'success')))).toBeLessThan(right + MINUTE)
  })

  test('names a resource that nobody has set up', async () => {
    const { gate } = await arrange()
    await expect(enter(gate, NOW, { resource: 'fax' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: No limits are configured for the resource fax.]`,
    )
  })
})

describe('the line before the bucket', () => {
  async function waits(gate: ResourceGate, count: number, options: Asking = {}): Promise<number[]> {
    const entries: Entry[] = []
    for (let index = 0; index < count; index += 1) entries.push(await enter(gate, NOW, { ...options, uuid: `${drawn} in line` }))
    return entries.map((entry) => (entry.kind === 'wait' ? entry.ms : 0))
  }

  test('tells each who waits to come back when those before him have had their tokens', async () => {
    const { gate } = await arrange()
    expect(await waits(gate, 4)).toEqual([100, 200, 300, 400])
    expect(await waits(gate, 2, { tokens: 5 })).toEqual([900, 1_400])
  })

  test('adds a little jitter, so that processes do not march in step', async () => {
    const { gate } = await arrange({ random: 0.5 })
    expect(await waits(gate, 2)).toEqual([225, 325])
  })

  test('does not put single requests behind bulk', async () => {
    const { gate } = await arrange()
    await waits(gate, 50, { lane: 'bulk' })
    expect(await waits(gate, 1)).toEqual([100])
  })

  test('gives what would spill over to whoever asks, while those before him do not come; the lane has not got to him for that', async () => {
    const { gate } = await arrange()
    await waits(gate, 30, { scope: 'does not come' })
    const full = NOW + 3 * SECOND
    expect(await enter(gate, full, { scope: 'does not come', uuid: 'behind them', tokens: 2 })).toEqual(open)
    expect(await enter(gate, full, { scope: 'does not come', uuid: 'behind them, too' })).toMatchObject({ kind: 'wait' })
    expect(await enter(gate, full, { scope: 'another school' })).toEqual(open)
  })

  test('has those at its far end ask again within a minute or so, each at a time of his own', async () => {
    const [early, late] = [await arrange({ random: 0 }), await arrange({ random: 0.99 })]
    for (const { gate } of [early, late]) await waits(gate, 700)
    expect([await waits(early.gate, 1), await waits(late.gate, 1)]).toEqual([[45_000], [74_700]])
  })

  test('lets a crowd in at the full rate, and asks each of it hardly more than once to come back', async () => {
    const { gate } = await arrange()
    const crowd = Array.from({ length: 300 }, (_, index) => ({ uuid: `one of a crowd ${index}`, at: NOW }))
    let questions = 0
    let last = NOW
    for (let next = crowd.pop(); next; next = crowd.sort((a, b) => b.at - a.at).pop()) {
      questions += 1
      const { uuid, at } = next
      const entry = await enter(gate, at, { uuid })
      if (entry.kind === 'wait') crowd.push({ uuid, at: at + entry.ms })
      else last = at
    }
    expect(last - NOW).toBeLessThan(31 * SECOND)
    expect(questions).toBeLessThan(2.2 * 300)
  })
})

describe('a Retry-After', () => {
  test('holds everybody until its time, those who need no token too', async () => {
    const { gate } = await arrange()
    await gate.pause({ resource: 'graph', forMs: 17 * SECOND, now: NOW })
    for (const options of [{}, { tokens: 0 }, { lane: 'bulk' }] as const) {
      expect(await enter(gate, NOW, options)).toEqual({ kind: 'wait', ms: 17 * SECOND, closed: true })
    }
    expect(await enter(gate, NOW + 17 * SECOND, { tokens: 0 })).toEqual(open)
  })

  test('is never shortened, and can be made longer', async () => {
    const { gate } = await arrange()
    for (const seconds of [17, 5, 19]) await gate.pause({ resource: 'graph', forMs: seconds * SECOND, now: NOW })
    expect(await enter(gate, NOW)).toMatchObject({ ms: 19 * SECOND })
  })

  test('of more than an hour is not forgotten although nobody comes', async () => {
    const { connection, gate, key } = await arrange()
    await enter(gate, NOW)
    expect(await connection.pttl(key)).toBeGreaterThan(0)
    await gate.pause({ resource: 'graph', forMs: 3 * HOUR, now: NOW })
    expect(await connection.pttl(key)).toBe(-1)
    await enter(gate, NOW + HOUR)
    expect(await connection.pttl(key)).toBe(-1)
    expect(await enter(gate, NOW + 3 * HOUR - SECOND)).toMatchObject({ closed: true })
  })

  test('has its jobs ask again every 20 seconds or so, since it may be over sooner', async () => {
    const { gate } = await arrange({ random: 0.5 })
    await gate.pause({ resource: 'graph', forMs: HOUR, now: NOW })
    expect(await enter(gate, NOW)).toEqual({ kind: 'wait', ms: 20_500, closed: true })
  })

  test('holds probes too, and outlives a reopening', async () => {
    const { gate } = await arrange()
    await gate.close({ resource: 'graph', probeEveryMs: SECOND, now: NOW })
    await gate.pause({ resource: 'graph', forMs: 17 * SECOND, now: NOW })
    expect(await enter(gate, NOW + 5 * SECOND)).toMatchObject({ kind: 'wait', closed: true })
    await gate.reopen({ resource: 'graph' })
    expect(await enter(gate, NOW + 5 * SECOND)).toMatchObject({ kind: 'wait', ms: 12 * SECOND, closed: true })
  })
})

describe('a gate that is closed', () => {
  async function closed() {
    const arranged = await arrange()
    await arranged.gate.close({ resource: 'graph', probeEveryMs: 5 * MINUTE, now: NOW })
    return arranged
  }

  test('has its jobs ask again every few seconds, those who wait behind many others less often', async () => {
    const { gate } = await closed()
    const waits: number[] = []
    for (let index = 0; index < 701; index += 1) {
      const entry = await enter(gate, NOW, { uuid: `closed out ${index}` })
      waits.push(entry.kind === 'wait' ? entry.ms : 0)
    }
    expect([waits[0], waits[100], waits[500]]).toEqual([5_000, 13_100, 53_100])
    const poll = await enter(gate, NOW, { tokens: 0 })
    expect(poll).toEqual({ kind: 'wait', ms: 7_010, closed: true })
  })

  test('lets nobody enter before the first probe is due, and then one', async () => {
    const { gate } = await closed()
    expect(await enter(gate, NOW + 5 * MINUTE - 1)).toMatchObject({ kind: 'wait', closed: true })
    const askers = await Promise.all(Array.from({ length: 20 }, () => enter(gate, NOW + 5 * MINUTE)))
    expect(askers.filter(({ kind }) => kind === 'open')).toEqual([{ kind: 'open', probe: true }])
    expect(await enter(gate, NOW + 9 * MINUTE)).toMatchObject({ kind: 'wait', closed: true })
    expect(await enter(gate, NOW + 10 * MINUTE)).toEqual({ kind: 'open', probe: true })
  })

  test('lets a run probe that has not met the error, before those that have, who would keep it out for ever', async () => {
    const { gate } = await closed()
    for (const uuid of ['met it', 'met it, too']) await gate.noteSystemic({ resource: 'graph', uuid, now: NOW })
    const due = NOW + 5 * MINUTE
    expect(await enter(gate, due, { uuid: 'met it', tokens: 0 })).toEqual({ kind: 'wait', ms: 5 * SECOND, closed: true })
    expect(await enter(gate, due + SECOND, { uuid: 'met it, too' })).toMatchObject({ kind: 'wait', closed: true })
    expect(await enter(gate, due + 4 * SECOND, { uuid: 'healthy', tokens: 0 })).toEqual({ kind: 'open', probe: true })
    const next = due + 4 * SECOND + 5 * MINUTE
    expect(await enter(gate, next + 15 * SECOND, { uuid: 'met it', tokens: 0 })).toEqual({ kind: 'open', probe: true })
  })

  test('keeps the turn of its probe when it is closed again, as every pass of reconcile does', async () => {
    const { gate } = await closed()
    await gate.close({ resource: 'graph', probeEveryMs: 5 * MINUTE, now: NOW + 4 * MINUTE })
    expect(await enter(gate, NOW + 5 * MINUTE)).toEqual({ kind: 'open', probe: true })
  })

  test('is not forgotten although nobody comes', async () => {
    const { connection, gate, key } = await closed()
    await enter(gate, NOW + 5 * MINUTE, { tokens: 3 })
    expect(await connection.pttl(key)).toBe(-1)
  })

  test('opens with an empty bucket', async () => {
    const { gate } = await arrange()
    await enter(gate, NOW)
    await gate.close({ resource: 'graph', probeEveryMs: MINUTE, now: NOW })
    await gate.reopen({ resource: 'graph' })
    expect(await enter(gate, NOW + HOUR)).toEqual({ kind: 'wait', ms: 100, closed: false })
    expect(await enter(gate, NOW + HOUR + 100)).toEqual(open)
  })
})

describe('a gate that Redis has forgotten', () => {
  const closure = { resource: 'graph', errorCode: 'CLOSED_BY_OPERATOR', cause: 'It is being moved.', closedAt: NOW, closedBy: 'test' }

  async function forgotten({ list }: Pick<Closures, 'list'>) {
    const { connection, namespace, key } = await arrange()
    let asked = 0
    const closures = {
      list() {
        asked += 1
        return list()
      },
    }
    const gate = createRedisResourceGate({ connection, namespace, limits, random: () => 0, clock: 'callers', closures })
    return { connection, gate, key, timesAsked: () => asked }
  }

  test('lets nobody in where the ledger says that it is closed, nor afterwards', async () => {
    const { gate, timesAsked } = await forgotten({ list: async () => [closure] })
    for (const tokens of [0, 1, 1]) expect(await enter(gate, NOW + HOUR, { tokens })).toMatchObject({ kind: 'wait', closed: true })
    expect([timesAsked(), await gate.isClosed({ resource: 'graph' })]).toEqual([1, true])
  })

  test('asks the ledger once, and again when it was forgotten again', async () => {
    const { connection, gate, key, timesAsked } = await forgotten({ list: async () => [{ ...closure, resource: 'tiny' }] })
    expect(await enter(gate, NOW, { tokens: 0 })).toEqual(open)
    expect(await entered(gate, NOW + SECOND)).toBe(0)
    expect(await entered(gate, NOW + 2 * SECOND)).toBe(10)
    expect(timesAsked()).toBe(1)
    await connection.del(key)
    expect(await enter(gate, NOW, { tokens: 0 })).toEqual(open)
    expect(timesAsked()).toBe(2)
  })

  test('is asked again when nobody has come for an hour', async () => {
    const { connection, gate, key } = await forgotten({ list: async () => [] })
    await enter(gate, NOW, { tokens: 0 })
    expect(await connection.pttl(key)).toBeGreaterThan(HOUR - MINUTE)
  })

  test('lets nobody in while the ledger cannot be asked', async () => {
    const { gate } = await forgotten({ list: () => Promise.reject(new Error('SQL is away')) })
    await expect(enter(gate, NOW, { tokens: 0 })).rejects.toThrow('SQL is away')
  })
})

describe('systemic errors', () => {
  const note = (gate: ResourceGate, uuid: string, at: number) => gate.noteSystemic({ resource: 'graph', uuid, now: NOW + at })

  test('are counted by distinct runs', async () => {
    const { gate } = await arrange()
    const counts = []
    for (const [index, uuid] of ['a', 'b', 'a', 'a', 'c'].entries()) counts.push((await note(gate, uuid, index * SECOND)).runs)
    expect(counts).toEqual([1, 2, 2, 2, 3])
  })

  test('are counted themselves, too, with the time since the first', async () => {
    const { gate } = await arrange()
    for (const at of [0, 2 * MINUTE]) await note(gate, 'a', at)
    expect(await note(gate, 'a', 6 * MINUTE)).toEqual({ runs: 1, errors: 3, forMs: 6 * MINUTE })
    await gate.noteSuccess({ resource: 'graph', now: NOW + 7 * MINUTE })
    expect(await note(gate, 'a', 8 * MINUTE)).toEqual({ runs: 1, errors: 1, forMs: 0 })
  })

  test('are forgotten at a success', async () => {
    const { gate } = await arrange()
    await note(gate, 'a', 0)
    await note(gate, 'b', 0)
    await gate.noteSuccess({ resource: 'graph', now: NOW + 5 * SECOND })
    expect(await note(gate, 'c', 7 * SECOND)).toMatchObject({ runs: 1, errors: 1 })
  })

  test('within a second of a success do not count: successes are told that seldom, so there may have been one since', async () => {
    const { gate } = await arrange()
    await gate.noteSuccess({ resource: 'graph', now: NOW })
    const counts = []
    for (const [index, uuid] of ['a', 'b', 'c', 'd'].entries()) counts.push((await note(gate, uuid, 200 + index * 100)).runs)
    expect(counts).toEqual([0, 0, 0, 0])
    expect(await note(gate, 'a', 1_001)).toMatchObject({ runs: 1 })
  })

  test('are forgotten when the resource opens', async () => {
    const { gate } = await arrange()
    for (const uuid of ['a', 'b', 'c']) await note(gate, uuid, 0)
    await gate.reopen({ resource: 'graph' })
    expect(await note(gate, 'd', 1)).toMatchObject({ runs: 1 })
  })
})
