// Any sequence of what can happen to runs and to those who work them, on the virtual clock, then mended and played to its end: the engine's real
// judgement, carry-out and reconcile over a ledger, a queue and a shop in memory. A failing sequence is printed, shrunk to what matters.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { engineErrors, RetryAfterError, SystemicError, TerminalError, TransientError } from './errors.ts'
import { foldHistory, lastStateOf } from './history.ts'
import { cancelRun } from './operations/cancel-run.ts'
import { replayRun } from './operations/replay-run.ts'
import { rowOf } from './process-table.ts'
import type { Run, RunEvent } from './run.ts'
import { createShopStory, type ShopStory } from './test-support/create-shop-story.ts'
import { shopping } from './test-support/shopping.ts'

const MINUTE = 60_000
const STATES = ['RESERVE', 'ORDER', 'POLL_ORDER', 'STORE', 'UNDO_ORDER', 'UNDO_RESERVE'] as const
const order = { actor: 'operator', reason: 'Because.' }

const state = fc.constantFrom(...STATES)
const which = fc.nat({ max: 20 })
const when = fc.constantFrom('before' as const, 'after' as const)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('begin' as const) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('work' as const), jobs: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('workTwice' as const, 'die' as const, 'lose' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'ledgerGoes' as const, 'ledgerReturns' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reconcile' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.oneof(fc.nat(2_000), fc.nat(3 * MINUTE)) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      ...{
        state,
        when,
        error: fc.constantFrom('terminal' as const, 'transient' as const, 'throttled' as const, 'systemic' as const, 'unknown' as const),
      },
    }),
  },
  // The lock is lost while the handler is at it: another worker has the job, and gets so far, before this one answers.
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('overtake' as const), state, when, jobs: fc.nat({ max: 3 }) }) },
  // A job of a version that the run has left.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stale' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'replay' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('close' as const, 'reopen' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

const FAULTS = {
  terminal: () => throwing(new TerminalError(engineErrors.RESULT_MISSING)),
  transient: () => throwing(new TransientError(engineErrors.HANDLER_TIMEOUT)),
  throttled: () => throwing(new RetryAfterError(engineErrors.HANDLER_TIMEOUT, 3_000)),
  systemic: () => throwing(new SystemicError(engineErrors.HANDLER_TIMEOUT)),
  unknown: () => throwing(new Error('nobody thought of it')),
}

function throwing(error: Error): never {
  throw error
}

async function work(story: ShopStory, jobs: number): Promise<void> {
  for (let left = jobs; left > 0 && story.queue.jobs().length > 0; left -= 1) await story.playOne()
}

/** The queue thinks that the worker has died, and gives its job to another one. */
async function overtake(story: ShopStory, { state: at, jobs }: Extract<Step, { kind: 'overtake' }>): Promise<void> {
  const held = story.ledger.runs().find((run) => run.state === at && !story.queue.jobs().some(({ job }) => job.uuid === run.uuid))
  if (!held) return
  const { uuid, version, priority, process } = held
  const job = { process, state: at, uuid, version, priority, delayMs: 0 }
  story.queue.putBack({ job, at: story.clock.now(), tries: 1, looks: 0, stalls: 1 })
  await work(story, jobs)
}

async function act(story: ShopStory, one: Step): Promise<void> {
  const { clock, ledger, operations, queue, shop } = story
  const run = 'which' in one ? ledger.runs()[one.which % Math.max(1, ledger.runs().length)] : undefined
  switch (one.kind) {
    case 'begin':
      // One run per customer: whatever is done for a customer, his run has done.
      await story.begin({ process: shopping, input: { customer: `c${ledger.runs().length + 1}` } })
      return
    case 'work':
      return work(story, one.jobs)
    case 'workTwice':
      return queue.jobs().length > 0 ? story.playTwice() : undefined
    case 'die':
      return queue.jobs().length > 0 ? story.killWorker() : undefined
    case 'lose':
      return void queue.take(Number.POSITIVE_INFINITY)
    case 'flush':
      return queue.forget()
    case 'ledgerGoes':
      return story.setLedgerReachable(false)
    case 'ledgerReturns':
      return story.setLedgerReachable(true)
    case 'reconcile':
      // It may not reach the ledger; the next one will.
      return void (await story.reconcile().catch(() => null))
    case 'pass':
      return clock.moveTo(clock.now() + one.ms)
    case 'fault':
      return shop[one.when](one.state, FAULTS[one.error])
    case 'overtake':
      return shop[one.when](one.state, () => overtake(story, one))
    case 'stale':
      if (!run || run.version === 1) return
      return queue.enqueue([{ ...run, state: run.dueAt === null ? 'STORE' : run.state, version: run.version - 1, delayMs: 0 }])
    case 'cancel':
      if (run) await cancelRun({ uuid: run.uuid, ...order }, operations).catch(expectRefusal)
      return
    case 'replay':
      if (run) await replay(story, run)
      return
    case 'close':
      return story.close('shop')
    case 'reopen':
      return void (await story.reopen('shop').catch(() => false))
  }
}

async function replay({ ledger, operations }: ShopStory, run: Run): Promise<void> {
  const lastState = lastStateOf({ run, history: ledger.history(run.uuid) })
  await replayRun({ process: shopping, run, lastState, fromState: null, input: null, ...order }, operations).catch(expectRefusal)
}

function expectRefusal(error: unknown): void {
  if (!(error instanceof TerminalError)) throw error
}

/** All is well again: whatever is still to be done is done within some passes of reconcile. */
async function mend(story: ShopStory): Promise<void> {
  const isLive = ({ dueAt }: Run) => dueAt !== null
  story.setLedgerReachable(true)
  for (let pass = 0; pass < 30 && story.ledger.runs().some(isLive); pass += 1) {
    await story.reopen('shop')
    await story.reconcile()
    await story.play()
    story.clock.moveTo(story.clock.now() + MINUTE + 1)
  }
  expect(story.ledger.runs().filter(isLive)).toEqual([])
}

/** Each version was left by one answer, or by one order to replay. */
function versionsLeft(events: readonly RunEvent[]): number[] {
  const replays = events.filter(({ operationType, status }) => status === 'note' && operationType === 'REPLAYED')
  const left = events.filter(
    (event) =>
      event.status === 'success' ||
      (event.status === 'note' && !replays.includes(event)) ||
      // A failed try stands in the version that it was made in; the last one may have ended it.
      (event.status === 'failed' && !events.some((other) => other !== event && other.version === event.version && isWayOut(other))),
  )
  return [...new Set([...left.map(({ version }) => version), ...replays.map(({ version }) => version - 1)])].sort((a, b) => a - b)
}

function isWayOut({ status, operationType }: RunEvent): boolean {
  return status === 'success' || (status === 'note' && operationType !== 'REPLAYED')
}

function expectSound(story: ShopStory, run: Run): void {
  const { shop, ledger } = story
  const events = ledger.history(run.uuid)
  const { customer } = run.input as { readonly customer: string }
  expect(run.result).toEqual(foldHistory(events))
  expect(versionsLeft(events)).toEqual(Array.from({ length: run.version - 1 }, (_, index) => index + 1))
  const successes = events.filter(({ status }) => status === 'success').map(({ version }) => version)
  expect(successes).toEqual([...new Set(successes)])
  // What is done once and for all was done if, and only if, the run came to its good end.
  expect(shop.rows.has(run.uuid)).toBe(run.state === 'COMPLETED')
  for (const what of ['reserve', 'order', 'store']) {
    const count = (effect: string) => shop.effects.filter((one) => one === `${effect} ${customer}`).length
    const standing = count(what) - count(`undo ${what}`)
    expect([0, 1]).toContain(standing)
  }
  for (const { state: stands } of events) expect(rowOf(shopping, stands)).toBeDefined()
}

/** Whom a handler was told to be the first for, although what it does had been done for him. */
function watchFirstTries({ shop }: ShopStory): () => readonly string[] {
  const wrong: string[] = []
  const done = { RESERVE: shop.reservations, ORDER: shop.orders } as const
  for (const [at, kept] of Object.entries(done)) {
    const seen = shop.seen[at as keyof typeof done]
    const { push } = seen
    seen.push = (...calls) => {
      wrong.push(...calls.filter(({ customer, isFirstTry }) => isFirstTry && kept.has(customer)).map(({ customer }) => `${at} ${customer}`))
      return push.apply(seen, calls)
    }
  }
  return () => wrong
}

test('whatever happens, every run ends, tells the whole of its life, and has done its work once or not at all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const story = createShopStory({ lagMs: 700, limits: [{ name: 'shop', ratePerSecond: 100, burst: 100, reopenByProbe: true }] })
      const wrongFirstTries = watchFirstTries(story)
      for (const one of steps) await act(story, one)
      await mend(story)
      for (const run of story.ledger.runs()) expectSound(story, run)
      expect(wrongFirstTries()).toEqual([])
      expect(story.notices.filter(({ kind }) => kind === 'unexpected')).toEqual([])
    }),
    { numRuns: 300 },
  )
}, 60_000)
