import { describe, expect, test } from 'vitest'
import type { Entry, ResourceGate } from '../resource-gate.ts'
import { type Asking, arrangeGate, enter, entered, HOUR, LET_IN, limits, MINUTE, NOW, SECOND } from '../test-support/arranged-gate.ts'
import { newNamespace, testRedis } from '../test-support/real-redis.ts'
import { createRedisResourceGate } from './redis-resource-gate.ts'

const redis = testRedis()

describe('the token bucket', () => {
  test('starts empty, so that a flush of Redis is no burst', async () => {
    const { gate } = await arrangeGate({ redis })
    expect(await enter(gate, NOW)).toEqual({ kind: 'wait', ms: 100, closed: false })
  })

  test('fills at its rate', async () => {
    const { gate } = await arrangeGate({ redis })
    await enter(gate, NOW)
    expect(await entered(gate, NOW + SECOND)).toBe(10)
    expect(await entered(gate, NOW + SECOND)).toBe(0)
    expect(await entered(gate, NOW + 1_500)).toBe(5)
  })

  test('holds no more than its burst, however long nobody came', async () => {
    const { gate } = await arrangeGate({ redis })
    await enter(gate, NOW)
    expect(await entered(gate, NOW + 24 * HOUR)).toBe(20)
  })

  test('gives no more than its rate over a minute of greedy callers', async () => {
    const { gate } = await arrangeGate({ redis })
    await enter(gate, NOW)
    let taken = 0
    for (let at = 0; at <= MINUTE; at += 250) taken += await entered(gate, NOW + at)
    expect(taken).toBe(600)
  })

  test('is shared by all processes of a fleet, and by no other fleet', async () => {
    const { connection, gate, namespace } = await arrangeGate({ redis })
    const other = createRedisResourceGate({ connection, namespace, limits, random: () => 0, clock: 'callers' })
    const stranger = createRedisResourceGate({ connection, namespace: newNamespace(), limits, random: () => 0, clock: 'callers' })
    for (const one of [gate, stranger]) await enter(one, NOW)
    expect((await entered(gate, NOW + SECOND)) + (await entered(other, NOW + SECOND))).toBe(10)
    expect(await entered(stranger, NOW + SECOND)).toBe(10)
  })

  test('takes as many tokens as a try needs at most, or none', async () => {
    const { gate } = await arrangeGate({ redis })
    expect(await enter(gate, NOW, { tokens: 0 })).toEqual(LET_IN)
    await enter(gate, NOW)
    expect(await entered(gate, NOW + SECOND, { tokens: 4 })).toBe(2)
    expect(await enter(gate, NOW + SECOND, { tokens: 0 })).toEqual(LET_IN)
  })

  test('lets a try that needs more than it can ever hold enter when it is full', async () => {
    const { gate } = await arrangeGate({ redis })
    expect(await enter(gate, NOW, { tokens: 500 })).toMatchObject({ kind: 'wait', ms: 2_000 })
    expect(await enter(gate, NOW + 2 * SECOND, { tokens: 500 })).toEqual(LET_IN)
    expect(await enter(gate, NOW, { resource: 'tiny', lane: 'bulk' })).toMatchObject({ kind: 'wait' })
    expect(await enter(gate, NOW + SECOND, { resource: 'tiny', lane: 'bulk' })).toEqual(LET_IN)
  })

  test('lets bulk in only while a quarter remains, and single requests to the last token', async () => {
    const { gate } = await arrangeGate({ redis })
    await enter(gate, NOW)
    const full = NOW + MINUTE
    expect(await entered(gate, full, { lane: 'bulk' })).toBe(15)
    expect(await entered(gate, full)).toBe(5)
    expect(await entered(gate, full + 500, { lane: 'bulk' })).toBe(0)
    expect(await entered(gate, full + 600, { lane: 'bulk' })).toBe(1)
  })

  test('does not run backwards for a process whose clock does', async () => {
    const { gate } = await arrangeGate({ redis })
    await enter(gate, NOW)
    expect(await entered(gate, NOW + SECOND)).toBe(10)
    expect(await entered(gate, NOW - 5 * SECOND)).toBe(0)
    expect(await entered(gate, NOW + SECOND)).toBe(0)
  })

  test('fills again after the clock that all share was set back', async () => {
    const { gate } = await arrangeGate({ redis })
    await enter(gate, NOW + HOUR)
    expect(await entered(gate, NOW)).toBe(0)
    expect(await entered(gate, NOW + SECOND)).toBe(10)
  })

  test('goes by the clock of Redis, so that one machine whose clock is wrong neither fills nor empties it, nor closes it for long', async () => {
    const { connection, key, namespace } = await arrangeGate({ redis })
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
    const { gate } = await arrangeGate({ redis })
    await expect(enter(gate, NOW, { resource: 'fax' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: No limits are configured for the resource fax.]`,
    )
  })
})

describe('the line before the bucket', () => {
  let inLine = 0
  async function waits(gate: ResourceGate, count: number, options: Asking = {}): Promise<number[]> {
    const entries: Entry[] = []
    for (let index = 0; index < count; index += 1) {
      inLine += 1
      entries.push(await enter(gate, NOW, { ...options, uuid: `${inLine} in line` }))
    }
    return entries.map((entry) => (entry.kind === 'wait' ? entry.ms : 0))
  }

  test('tells each who waits to come back when those before him have had their tokens', async () => {
    const { gate } = await arrangeGate({ redis })
    expect(await waits(gate, 4)).toEqual([100, 200, 300, 400])
    expect(await waits(gate, 2, { tokens: 5 })).toEqual([900, 1_400])
  })

  test('adds a little jitter, so that processes do not march in step', async () => {
    const { gate } = await arrangeGate({ redis, random: 0.5 })
    expect(await waits(gate, 2)).toEqual([225, 325])
  })

  test('does not put single requests behind bulk', async () => {
    const { gate } = await arrangeGate({ redis })
    await waits(gate, 50, { lane: 'bulk' })
    expect(await waits(gate, 1)).toEqual([100])
  })

  test('gives what would spill over to whoever asks, while those before him do not come; the lane has not got to him for that', async () => {
    const { gate } = await arrangeGate({ redis })
    await waits(gate, 30, { scope: 'does not come' })
    const full = NOW + 3 * SECOND
    expect(await enter(gate, full, { scope: 'does not come', uuid: 'behind them', tokens: 2 })).toEqual(LET_IN)
    expect(await enter(gate, full, { scope: 'does not come', uuid: 'behind them, too' })).toMatchObject({ kind: 'wait' })
    expect(await enter(gate, full, { scope: 'another school' })).toEqual(LET_IN)
  })

  test('has those at its far end ask again within a minute or so, each at a time of his own', async () => {
    const [early, late] = [await arrangeGate({ redis, random: 0 }), await arrangeGate({ redis, random: 0.99 })]
    for (const { gate } of [early, late]) await waits(gate, 700)
    expect([await waits(early.gate, 1), await waits(late.gate, 1)]).toEqual([[45_000], [74_700]])
  })

  test('lets a crowd in at the full rate, and asks each of it hardly more than once to come back', async () => {
    const { gate } = await arrangeGate({ redis })
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
