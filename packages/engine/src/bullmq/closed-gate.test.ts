import { describe, expect, test } from 'vitest'
import type { Closures } from '../ledger.ts'
import type { ResourceGate } from '../resource-gate.ts'
import { arrangeGate, enter, entered, HOUR, LET_IN, limits, MINUTE, NOW, SECOND } from '../test-support/arranged-gate.ts'
import { testRedis } from '../test-support/real-redis.ts'
import { createRedisResourceGate } from './redis-resource-gate.ts'

const redis = testRedis()

describe('a Retry-After', () => {
  test('holds everybody until its time, those who need no token too', async () => {
    const { gate } = await arrangeGate({ redis })
    await gate.pause({ resource: 'graph', forMs: 17 * SECOND, now: NOW })
    for (const options of [{}, { tokens: 0 }, { lane: 'bulk' }] as const) {
      expect(await enter(gate, NOW, options)).toEqual({ kind: 'wait', ms: 17 * SECOND, closed: true })
    }
    expect(await enter(gate, NOW + 17 * SECOND, { tokens: 0 })).toEqual(LET_IN)
  })

  test('is never shortened, and can be made longer', async () => {
    const { gate } = await arrangeGate({ redis })
    for (const seconds of [17, 5, 19]) await gate.pause({ resource: 'graph', forMs: seconds * SECOND, now: NOW })
    expect(await enter(gate, NOW)).toMatchObject({ ms: 19 * SECOND })
  })

  test('of more than an hour is not forgotten although nobody comes', async () => {
    const { connection, gate, key } = await arrangeGate({ redis })
    await enter(gate, NOW)
    expect(await connection.pttl(key)).toBeGreaterThan(0)
    await gate.pause({ resource: 'graph', forMs: 3 * HOUR, now: NOW })
    expect(await connection.pttl(key)).toBe(-1)
    await enter(gate, NOW + HOUR)
    expect(await connection.pttl(key)).toBe(-1)
    expect(await enter(gate, NOW + 3 * HOUR - SECOND)).toMatchObject({ closed: true })
  })

  test('has its jobs ask again every 20 seconds or so, since it may be over sooner', async () => {
    const { gate } = await arrangeGate({ redis, random: 0.5 })
    await gate.pause({ resource: 'graph', forMs: HOUR, now: NOW })
    expect(await enter(gate, NOW)).toEqual({ kind: 'wait', ms: 20_500, closed: true })
  })

  test('holds probes too, and outlives a reopening', async () => {
    const { gate } = await arrangeGate({ redis })
    await gate.close({ resource: 'graph', probeEveryMs: SECOND, now: NOW })
    await gate.pause({ resource: 'graph', forMs: 17 * SECOND, now: NOW })
    expect(await enter(gate, NOW + 5 * SECOND)).toMatchObject({ kind: 'wait', closed: true })
    await gate.reopen({ resource: 'graph' })
    expect(await enter(gate, NOW + 5 * SECOND)).toMatchObject({ kind: 'wait', ms: 12 * SECOND, closed: true })
  })
})

describe('a gate that is closed', () => {
  async function closed() {
    const arranged = await arrangeGate({ redis })
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
    const { gate } = await arrangeGate({ redis })
    await enter(gate, NOW)
    await gate.close({ resource: 'graph', probeEveryMs: MINUTE, now: NOW })
    await gate.reopen({ resource: 'graph' })
    expect(await enter(gate, NOW + HOUR)).toEqual({ kind: 'wait', ms: 100, closed: false })
    expect(await enter(gate, NOW + HOUR + 100)).toEqual(LET_IN)
  })
})

describe('a gate that Redis has forgotten', () => {
  const closure = { resource: 'graph', errorCode: 'CLOSED_BY_OPERATOR', cause: 'It is being moved.', closedAt: NOW, closedBy: 'test' }

  async function forgotten({ list }: Pick<Closures, 'list'>) {
    const { connection, namespace, key } = await arrangeGate({ redis })
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
    expect(await enter(gate, NOW, { tokens: 0 })).toEqual(LET_IN)
    expect(await entered(gate, NOW + SECOND)).toBe(0)
    expect(await entered(gate, NOW + 2 * SECOND)).toBe(10)
    expect(timesAsked()).toBe(1)
    await connection.del(key)
    expect(await enter(gate, NOW, { tokens: 0 })).toEqual(LET_IN)
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
    const { gate } = await arrangeGate({ redis })
    const counts = []
    for (const [index, uuid] of ['a', 'b', 'a', 'a', 'c'].entries()) counts.push((await note(gate, uuid, index * SECOND)).runs)
    expect(counts).toEqual([1, 2, 2, 2, 3])
  })

  test('are counted themselves, too, with the time since the first', async () => {
    const { gate } = await arrangeGate({ redis })
    for (const at of [0, 2 * MINUTE]) await note(gate, 'a', at)
    expect(await note(gate, 'a', 6 * MINUTE)).toEqual({ runs: 1, errors: 3, forMs: 6 * MINUTE })
    await gate.noteSuccess({ resource: 'graph', now: NOW + 7 * MINUTE })
    expect(await note(gate, 'a', 8 * MINUTE)).toEqual({ runs: 1, errors: 1, forMs: 0 })
  })

  test('are forgotten at a success', async () => {
    const { gate } = await arrangeGate({ redis })
    await note(gate, 'a', 0)
    await note(gate, 'b', 0)
    await gate.noteSuccess({ resource: 'graph', now: NOW + 5 * SECOND })
    expect(await note(gate, 'c', 7 * SECOND)).toMatchObject({ runs: 1, errors: 1 })
  })

  test('within a second of a success do not count: successes are told that seldom, so there may have been one since', async () => {
    const { gate } = await arrangeGate({ redis })
    await gate.noteSuccess({ resource: 'graph', now: NOW })
    const counts = []
    for (const [index, uuid] of ['a', 'b', 'c', 'd'].entries()) counts.push((await note(gate, uuid, 200 + index * 100)).runs)
    expect(counts).toEqual([0, 0, 0, 0])
    expect(await note(gate, 'a', 1_001)).toMatchObject({ runs: 1 })
  })

  test('are forgotten when the resource opens', async () => {
    const { gate } = await arrangeGate({ redis })
    for (const uuid of ['a', 'b', 'c']) await note(gate, uuid, 0)
    await gate.reopen({ resource: 'graph' })
    expect(await note(gate, 'd', 1)).toMatchObject({ runs: 1 })
  })
})
