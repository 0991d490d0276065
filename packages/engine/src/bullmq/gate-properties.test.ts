// What holds of the gate whatever is asked of it, in any order: the real script in a real Redis, on a clock that the test moves, beside a
// bucket that is kept in four lines. The shares that schools get are measured in fair-gate.test.ts.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LANES } from '../priority.ts'
import type { Entry, ResourceGate } from '../resource-gate.ts'
import { connectTo, newNamespace, ready, testRedis } from '../test-support/real-redis.ts'
import { createRandom } from '../test-support/simulate-crowd.ts'
import { STORY_START } from '../testing/virtual-clock.ts'
import { createRedisResourceGate } from './redis-resource-gate.ts'

const redis = testRedis()
const LEAVES = { interactive: 0, normal: 0.125, bulk: 0.25 } as const
/** As long as anybody is ever told to wait, in a crowd as small as this. */
const LONGEST_WAIT_MS = 76_000
const ASKERS = 12
/** The script counts in doubles; so does the test, but in another order. */
const ROUNDING = 1e-6

const limits = fc.record({ ratePerSecond: fc.constantFrom(0.5, 5, 200), burst: fc.integer({ min: 1, max: 50 }) })
const askers = fc.array(
  fc.record({ lane: fc.constantFrom(...LANES), scope: fc.constantFrom('a', 'b', 'c', null), tokens: fc.nat({ max: 60 }) }),
  { minLength: ASKERS, maxLength: ASKERS },
)
const ask = fc.record({ kind: fc.constant('ask' as const), who: fc.nat({ max: ASKERS - 1 }) })
const pass = fc.record({ kind: fc.constant('pass' as const), ms: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 20_000 })) })
const rare = fc.oneof(
  fc.record({ kind: fc.constant('setBack' as const), ms: fc.nat({ max: 200_000 }) }),
  fc.record({ kind: fc.constant('pause' as const), ms: fc.nat({ max: 30_000 }) }),
  fc.record({ kind: fc.constant('close' as const), ms: fc.integer({ min: 1_000, max: 60_000 }) }),
  fc.record({ kind: fc.constantFrom('reopen' as const, 'flush' as const, 'success' as const) }),
  fc.record({ kind: fc.constant('systemic' as const), who: fc.nat({ max: ASKERS - 1 }) }),
)
const steps = fc.array(fc.oneof({ weight: 10, arbitrary: ask }, { weight: 5, arbitrary: pass }, { weight: 1, arbitrary: rare }), {
  maxLength: 120,
})

interface Bucket {
  tokens: number
  filledAt: number
  pausedUntil: number
  probeAt: number | null
  probeEveryMs: number
}

function newBucket(): Bucket {
  return { tokens: 0, filledAt: Number.NaN, pausedUntil: 0, probeAt: null, probeEveryMs: 0 }
}

test('nobody enters without tokens, during a pause, or through a closed gate but as its probe; and all enter who come back when told', async () => {
  const connection = await ready(connectTo(redis))
  await fc.assert(
    fc.asyncProperty(limits, askers, steps, async ({ ratePerSecond, burst }, crowd, script) => {
      const limit = { name: 'graph', ratePerSecond, burst, reopenByProbe: true }
      const namespace = newNamespace()
      const gate = createRedisResourceGate({ connection, namespace, limits: [limit], random: createRandom(5), clock: 'callers' })
      const bucket = newBucket()
      const visits = crowd.map(() => 0)
      /** When those come back who were told to. */
      const told = new Map<number, number>()
      // `passed` is true time; what the gate is told may have been set back from it.
      let [passed, behind] = [0, 0]
      const now = () => STORY_START + passed - behind

      const enter = async (who: number): Promise<void> => {
        const asker = crowd[who]
        if (!asker) return
        const uuid = `${who}-${visits[who]}`
        const entry = await gate.enter({ ...asker, uuid, resource: 'graph', now: now() })
        expectFair(entry, asker)
        if (entry.kind === 'wait') {
          told.set(who, passed + entry.ms)
          return
        }
        told.delete(who)
        visits[who] = (visits[who] ?? 0) + 1
      }

      const expectFair = (entry: Entry, { lane, tokens }: { lane: (typeof LANES)[number]; tokens: number }): void => {
        if (Number.isNaN(bucket.filledAt)) bucket.filledAt = passed
        bucket.tokens = Math.min(burst, bucket.tokens + ((passed - bucket.filledAt) * ratePerSecond) / 1_000)
        bucket.filledAt = passed
        const isPaused = now() < bucket.pausedUntil
        if (entry.kind === 'wait') {
          expect(Number.isInteger(entry.ms)).toBe(true)
          expect(entry.ms).toBeGreaterThanOrEqual(0)
          expect(entry.ms).toBeLessThan(LONGEST_WAIT_MS)
          if (isPaused) expect(entry.closed).toBe(true)
          return
        }
        expect(isPaused).toBe(false)
        expect(entry.probe).toBe(bucket.probeAt !== null)
        if (bucket.probeAt !== null) {
          expect(now()).toBeGreaterThanOrEqual(bucket.probeAt)
          bucket.probeAt = now() + bucket.probeEveryMs
          return
        }
        const leaves = burst * LEAVES[lane]
        if (tokens === 0) return
        bucket.tokens -= Math.min(tokens, burst - leaves)
        expect(bucket.tokens).toBeGreaterThanOrEqual(leaves - ROUNDING)
      }

      const act = async (step: (typeof script)[number]): Promise<void> => {
        switch (step.kind) {
          case 'ask':
            return enter(step.who)
          case 'pass':
            passed += step.ms
            return
          case 'setBack':
            behind += step.ms
            return
          case 'pause':
            bucket.pausedUntil = Math.max(bucket.pausedUntil, now() + step.ms)
            return gate.pause({ resource: 'graph', forMs: step.ms, now: now() })
          case 'close':
            if (bucket.probeAt === null) Object.assign(bucket, { probeAt: now() + step.ms, probeEveryMs: step.ms })
            return gate.close({ resource: 'graph', probeEveryMs: step.ms, now: now() })
          case 'reopen':
            return reopen(gate)
          case 'flush':
            // Closures are written again from the ledger, pauses are forgotten: the next 429 brings them back.
            Object.assign(bucket, { pausedUntil: 0, probeAt: null })
            await connection.flushall()
            return
          case 'success':
            return gate.noteSuccess({ resource: 'graph', now: now() })
          case 'systemic':
            await gate.noteSystemic({ resource: 'graph', uuid: `${step.who}-${visits[step.who]}`, now: now() })
        }
      }

      const reopen = async (one: ResourceGate): Promise<void> => {
        bucket.probeAt = null
        await one.reopen({ resource: 'graph' })
      }

      for (const step of script) await act(step)

      await reopen(gate)
      const wanted = [...told.keys()].reduce((sum, who) => sum + Math.min(crowd[who]?.tokens ?? 0, burst), 0)
      const pauseMs = Math.max(0, bucket.pausedUntil - now())
      // What the others leave must come too; those who find that they came too early come once more.
      const until = passed + pauseMs + ((wanted + burst) * 1_000) / ratePerSecond + 2 * LONGEST_WAIT_MS
      while (told.size > 0) {
        const [first] = [...told].toSorted(([, one], [, other]) => one - other)
        if (!first) break
        passed = Math.max(passed, first[1])
        if (passed > until) throw new Error(`${told.size} of the crowd never entered.`)
        await enter(first[0])
      }
      expect(told.size).toBe(0)
    }),
    { numRuns: 150 },
  )
}, 60_000)
