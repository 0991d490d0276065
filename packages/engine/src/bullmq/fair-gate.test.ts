// Who gets the tokens when many want them: a crowd before the real gate in a real Redis, on a virtual clock.
import { expect, test } from 'vitest'
import type { Lane } from '../priority.ts'
import { connectTo, newNamespace, ready, testRedis } from '../test-support/real-redis.ts'
import { type Asker, createRandom, type Entered, simulateCrowd } from '../test-support/simulate-crowd.ts'
import { STORY_START } from '../testing/virtual-clock.ts'
import { createRedisResourceGate } from './redis-resource-gate.ts'

const redis = testRedis()
const SECOND = 1_000
const RATE = 200
const BURST = 400
const TOKENS = 4

async function arrange() {
  const connection = await ready(connectTo(redis))
  const namespace = newNamespace()
  const limits = [{ name: 'graph', ratePerSecond: RATE, burst: BURST, reopenByProbe: true }]
  const gate = createRedisResourceGate({ connection, namespace, limits, random: createRandom(3), clock: 'callers' })
  return { connection, gate, keyOf: (part: string) => `{${namespace}:resource:graph}:${part}` }
}

function crowd(scope: string, { count, from = 0, lane = 'bulk' }: { count: number; from?: number; lane?: Lane }): Asker[] {
  return Array.from({ length: count }, (_, index) => ({ uuid: `${scope}-${lane}-${index}`, scope, lane, tokens: TOKENS, from }))
}

function lastOf(entered: readonly Entered[], scope: string): number {
  return entered.findLast((one) => one.scope === scope)?.at ?? Number.NaN
}

/** The least that was left of a bucket that was full at first: below zero, there was a window with more than rate and burst allow. */
function leastLeft(entered: readonly Entered[]): number {
  let [left, at, least] = [BURST, 0, BURST]
  for (const one of entered) {
    left = Math.min(BURST, left + ((one.at - at) * RATE) / SECOND) - one.tokens
    at = one.at
    least = Math.min(least, left)
  }
  return least
}

test('a school with a hundred runs is through in twice the time that it would need alone, while another has twenty thousand waiting', async () => {
  const { gate } = await arrange()
  const [from, until] = [30 * SECOND, 60 * SECOND]
  const singles = Array.from({ length: 25 }, (_, second) => ({
    ...{ uuid: `single-${second}`, scope: 'single', lane: 'interactive' as const, tokens: TOKENS },
    from: from + second * SECOND,
  }))
  const askers = [...crowd('large', { count: 20_000 }), ...crowd('small', { count: 100, from }), ...singles]
  const { asks, entered } = await simulateCrowd({ gate, askers, until: (_, now) => now >= until })

  const small = entered.filter(({ scope }) => scope === 'small')
  expect(small).toHaveLength(100)
  expect(lastOf(entered, 'small') - from).toBeLessThan(2.1 * ((100 * TOKENS * SECOND) / RATE))
  // The bucket begins empty, and bulk leaves a quarter of it.
  expect(entered.length * TOKENS).toBeGreaterThan(0.98 * ((until / SECOND) * RATE - BURST / 4))
  expect(leastLeft(entered)).toBeGreaterThanOrEqual(0)
  // A single request does not wait for any of them.
  const waits = entered.filter(({ scope }) => scope === 'single').map(({ at, from: asked }) => at - asked)
  expect(waits).toHaveLength(singles.length)
  expect(Math.max(...waits)).toBeLessThan(SECOND)
  // Once they have all asked for the first time, and the workers have got through that.
  expect(Math.max(...asks.slice(12))).toBeLessThan(300)
}, 60_000)

test('a crowd is through in hardly more time than its tokens take to come, and each of it asks about twice', async () => {
  const { gate } = await arrange()
  const { asks, entered } = await simulateCrowd({ gate, askers: crowd('only', { count: 3_000 }) })
  const theoretical = (3_000 * TOKENS * SECOND) / RATE
  expect(lastOf(entered, 'only')).toBeLessThan(theoretical / 0.95)
  expect(asks.reduce((sum, count) => sum + count, 0)).toBeLessThan(2.2 * 3_000)
  expect(leastLeft(entered)).toBeGreaterThanOrEqual(0)
}, 60_000)

test('a thousand schools get the same share, whoever asks more often', async () => {
  const { gate } = await arrange()
  // Every tenth school has ten times as many runs waiting.
  const askers = Array.from({ length: 1_000 }, (_, index) => crowd(`school ${index}`, { count: index % 10 === 0 ? 50 : 5 })).flat()
  const { entered } = await simulateCrowd({ gate, askers, until: (_, now) => now >= 70 * SECOND })
  const shares = Map.groupBy(entered, ({ scope }) => scope)
  const counts = [...shares.values()].map((some) => some.length)
  expect(shares.size).toBe(1_000)
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(2)
}, 60_000)

test('a school whose runs come one by one gets no more than one whose runs wait', async () => {
  const { gate } = await arrange()
  const stream = crowd('stream', { count: 2_000 }).map((asker, index) => ({ ...asker, from: index * 20 }))
  const { entered } = await simulateCrowd({
    gate,
    askers: [...crowd('line', { count: 3_000 }), ...stream],
    until: (_, now) => now >= 40 * SECOND,
  })
  const runs = (scope: string) => entered.filter((one) => one.scope === scope).length
  expect(runs('stream') / runs('line')).toBeCloseTo(1, 1)
})

test('a school whose runs have all lost their places, as in a pause, does not stand behind another for it', async () => {
  const { gate } = await arrange()
  const wasHere = crowd('was here', { count: 3_000 })
  for (const asker of wasHere) await gate.enter({ ...asker, resource: 'graph', now: STORY_START - 1_200 * SECOND })
  const { entered } = await simulateCrowd({
    gate,
    askers: [...crowd('is new', { count: 3_000 }), ...wasHere],
    until: (_, now) => now >= 40 * SECOND,
  })
  const runs = (scope: string) => entered.filter((one) => one.scope === scope).length
  expect(runs('is new') / runs('was here')).toBeGreaterThan(0.8)
  expect(runs('is new') / runs('was here')).toBeLessThan(1.2)
}, 60_000)

test('who wants other numbers of tokens gets tokens by the same share, not entries, after a million newcomers too', async () => {
  const { connection, gate, keyOf } = await arrange()
  await connection.hset(keyOf('gate'), 'bulkCount', 900_000)
  const four = crowd('four', { count: 4_000 })
  const askers = crowd('one by one', { count: 4_000 }).flatMap((asker, index) => [{ ...asker, tokens: 1 }, ...four.slice(index, index + 1)])
  const { entered } = await simulateCrowd({ gate, askers, until: (_, now) => now >= 25 * SECOND })
  const tokens = (scope: string) => entered.filter((one) => one.scope === scope).reduce((sum, one) => sum + one.tokens, 0)
  expect(tokens('one by one') / tokens('four')).toBeCloseTo(1, 1)
}, 60_000)

test('a flush of Redis in the middle costs hardly any time and no budget', async () => {
  const { connection, gate } = await arrange()
  const askers = [...crowd('large', { count: 3_000 }), ...crowd('small', { count: 100 })]
  const { entered } = await simulateCrowd({
    gate,
    askers,
    async between(now) {
      if (now !== 20 * SECOND) return false
      await connection.flushall()
      return true
    },
  })
  const theoretical = (3_100 * TOKENS * SECOND) / RATE
  expect(entered).toHaveLength(3_100)
  expect(lastOf(entered, 'large')).toBeLessThan(theoretical / 0.95)
  expect(leastLeft(entered)).toBeGreaterThanOrEqual(0)
}, 60_000)

test('five thousand who were told a time and never come back hold the others up by less than a minute', async () => {
  const { gate } = await arrange()
  // Cancelled, or taken up by nobody: they are in the line, and that is the last that was heard of them.
  for (const asker of crowd('gone', { count: 5_000 })) await gate.enter({ ...asker, resource: 'graph', now: STORY_START })
  const { entered } = await simulateCrowd({ gate, askers: crowd('here', { count: 3_000 }) })
  expect(lastOf(entered, 'here')).toBeLessThan((3_000 * TOKENS * SECOND) / RATE + 60 * SECOND)
}, 60_000)

test('where a school’s tags end is forgotten before the lane’s own tag is', async () => {
  const { connection, gate, keyOf } = await arrange()
  const enter = (index: number) =>
    gate.enter({ uuid: `run ${index}`, scope: 'only', lane: 'bulk', tokens: TOKENS, resource: 'graph', now: STORY_START + index * SECOND })
  await enter(0)
  // An hour after anybody had to wait, and of nothing but those who need not.
  await connection.del(keyOf('bulk:schools'))
  for (let index = 1; index <= 9; index += 1) expect(await enter(index)).toMatchObject({ kind: 'open' })
  // When, and not how long until then: the two are asked one after the other.
  const [schools, lane] = await Promise.all([connection.pexpiretime(keyOf('bulk:schools')), connection.pexpiretime(keyOf('gate'))])
  expect(schools).toBeGreaterThan(0)
  expect(schools).toBeLessThanOrEqual(lane)
})
