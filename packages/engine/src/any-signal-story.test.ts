// Any sequence of signals, and of what can happen to runs and to those who work them meanwhile, then mended and played to its end: whoever was told
// that a signal was sent was told the truth. A failing sequence is printed, shrunk to what matters.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LedgerUnavailableError, TerminalError } from './errors.ts'
import { foldHistory } from './history.ts'
import { cancelRun } from './operations/cancel-run.ts'
import type { Run } from './run.ts'
import { catering } from './test-support/catering.ts'
import { type CateringStory, createCateringStory } from './test-support/create-catering-story.ts'
import { afterNextLook } from './test-support/hook-signals.ts'

const HOUR = 3_600_000
const COURSES = 3
const order = { actor: 'operator', reason: 'Because.' }
const SIGNALS = [
  { name: 'approval', outcome: 'approved' },
  { name: 'approval', outcome: 'refused' },
  { name: 'delivery', outcome: 'part' },
  { name: 'delivery', outcome: 'whole' },
] as const

const which = fc.nat({ max: 5 })
const aSignal = { which, signal: fc.constantFrom(...SIGNALS), key: fc.constantFrom('a', 'b', 'c', 'd', 'e') }
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin' as const) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('work' as const), jobs: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('send' as const), ...aSignal }) },
  // Between a look and what is done about it.
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sendDuringLook' as const), ...aSignal }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('workTwice' as const, 'die' as const, 'flush' as const, 'reconcile' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('ledgerGoes' as const, 'ledgerReturns' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.oneof(fc.nat(HOUR), fc.nat(30 * HOUR)) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which }) },
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/** What a sender was told was sent. */
interface Sent {
  readonly uuid: string
  readonly name: string
  readonly outcome: string
  readonly key: string
  /** The version of the run that he was answered with. */
  readonly version: number
}

async function send(story: CateringStory, { which: at, signal, key }: Extract<Step, { key: string }>, sent: Sent[]): Promise<void> {
  const runs = story.ledger.runs()
  const run = runs[at % Math.max(1, runs.length)]
  if (!run) return
  try {
    const { uuid, version } = await story.signal({ uuid: run.uuid, ...signal, key })
    // The same again is told the same.
    if (!sent.some((one) => one.uuid === uuid && one.name === signal.name && one.key === key)) sent.push({ uuid, version, key, ...signal })
  } catch (error) {
    if (!(error instanceof TerminalError) && !(error instanceof LedgerUnavailableError)) throw error
  }
}

async function act(story: CateringStory, one: Step, sent: Sent[]): Promise<void> {
  const { clock, ledger, operations, queue } = story
  const hasJobs = queue.jobs().length > 0
  switch (one.kind) {
    case 'begin':
      await story.begin({ process: catering, input: { feast: `f${ledger.runs().length}`, courses: COURSES } })
      return
    case 'work':
      for (let left = one.jobs; left > 0 && queue.jobs().length > 0; left -= 1) await story.playOne()
      return
    case 'send':
      return send(story, one, sent)
    case 'sendDuringLook':
      return afterNextLook(story, () => send(story, one, sent))
    case 'workTwice':
      return hasJobs ? story.playTwice() : undefined
    case 'die':
      return hasJobs ? story.killWorker() : undefined
    case 'flush':
      return queue.forget()
    case 'reconcile':
      // It may not reach the ledger; the next one will.
      return void (await story.reconcile().catch(() => null))
    case 'ledgerGoes':
      return story.setLedgerReachable(false)
    case 'ledgerReturns':
      return story.setLedgerReachable(true)
    case 'pass':
      return clock.moveTo(clock.now() + one.ms)
    case 'cancel': {
      const run = ledger.runs()[one.which % Math.max(1, ledger.runs().length)]
      if (run) await cancelRun({ uuid: run.uuid, ...order }, operations).catch(expectRefusal)
    }
  }
}

function expectRefusal(error: unknown): void {
  if (!(error instanceof TerminalError)) throw error
}

/** All is well again, and every deadline passes. */
async function mend(story: CateringStory): Promise<void> {
  const isLive = ({ dueAt }: Run) => dueAt !== null
  story.setLedgerReachable(true)
  for (let pass = 0; pass < 60 && story.ledger.runs().some(isLive); pass += 1) {
    await story.reconcile()
    await story.play()
    story.clock.moveTo(story.clock.now() + HOUR)
  }
  expect(story.ledger.runs().filter(isLive)).toEqual([])
}

function expectSound(story: CateringStory, run: Run, sent: readonly Sent[]): void {
  const events = story.ledger.history(run.uuid)
  expect(run.result).toEqual(foldHistory(events))
  const taken = events
    .filter(({ status, state }) => status === 'success' && state.startsWith('AWAIT_'))
    .map(({ submittedData, version }) => ({ name: submittedData?.signal, outcome: submittedData?.outcome, version }))
  const ofRun = (name: string) => sent.filter((one) => one.uuid === run.uuid && one.name === name)
  const wasStopped = run.cancelRequestedAt !== null || events.some(({ errorCode }) => errorCode === 'WORKER_DIED')

  // An approval moves the run on from the very stay that it was sent to, and no other one does.
  const approvals = ofRun('approval').map(({ name, outcome, version }) => ({ name, outcome, version }))
  const approved = taken.filter(({ name }) => name === 'approval')
  for (const one of approved) expect(approvals).toContainEqual(one)
  if (!wasStopped) expect(approved).toHaveLength(approvals.length)
  expect(new Set(approvals.map(({ version }) => version)).size).toBe(approvals.length)

  // Deliveries are taken in their order, and none is passed over.
  const outcomes = taken.filter(({ name }) => name === 'delivery').map(({ outcome }) => outcome)
  const deliveries = ofRun('delivery').map(({ outcome }) => outcome)
  expect(outcomes).toEqual(deliveries.slice(0, outcomes.length))
  if (run.errorCode === 'SIGNAL_DEADLINE_PASSED' && run.state === 'FAILED') expect(outcomes).toEqual(deliveries)
}

test('whatever happens, a signal that was sent is taken once, by the state that it was sent to', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const story = createCateringStory()
      const sent: Sent[] = []
      for (const one of steps) await act(story, one, sent)
      await mend(story)
      for (const run of story.ledger.runs()) expectSound(story, run, sent)
      expect(story.notices.filter(({ kind }) => kind === 'unexpected')).toEqual([])
    }),
    { numRuns: 200 },
  )
}, 60_000)
