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
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin' as const), courses: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('work' as const), jobs: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('send' as const), ...aSignal }) },
  // Without it hardly a run would come as far as its delivery.
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('approveNext' as const), key: aSignal.key }) },
  // Between a look and what is done about it.
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('sendDuringLook' as const), ...aSignal }) },
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

/** How often it came to what the property is about: one that never does holds whatever happens. */
function newCounts() {
  return { sent: 0, repeated: 0, refused: 0, afterDeadline: 0, approved: 0, delivered: 0, excused: 0, starved: 0, cancelled: 0 }
}
type Counts = ReturnType<typeof newCounts>

interface Played {
  readonly sent: Sent[]
  readonly counts: Counts
}

async function send(
  story: CateringStory,
  { which: at, signal, key }: Omit<Extract<Step, { kind: 'send' }>, 'kind'>,
  { sent, counts }: Played,
): Promise<void> {
  const runs = story.ledger.runs()
  const run = runs[at % Math.max(1, runs.length)]
  if (!run) return
  try {
    const { uuid, version } = await story.signal({ uuid: run.uuid, ...signal, key })
    // The same again is told the same.
    if (sent.some((one) => one.uuid === uuid && one.name === signal.name && one.key === key)) {
      counts.repeated += 1
      return
    }
    sent.push({ uuid, version, key, ...signal })
    counts.sent += 1
    const { state, stateSince } = story.ledger.run(uuid)
    if (state === 'AWAIT_APPROVAL' && story.clock.now() >= stateSince + 24 * HOUR) counts.afterDeadline += 1
  } catch (error) {
    if (!(error instanceof TerminalError) && !(error instanceof LedgerUnavailableError)) throw error
    counts.refused += 1
  }
}

async function act(story: CateringStory, one: Step, played: Played): Promise<void> {
  const { clock, ledger, operations, queue } = story
  const hasJobs = queue.jobs().length > 0
  switch (one.kind) {
    case 'begin':
      await story.begin({ process: catering, input: { feast: `f${ledger.runs().length}`, courses: one.courses } })
      return
    case 'work':
      for (let left = one.jobs; left > 0 && queue.jobs().length > 0; left -= 1) await story.playOne()
      return
    case 'send':
      return send(story, one, played)
    case 'approveNext': {
      const at = ledger.runs().findIndex(({ state }) => state === 'AWAIT_APPROVAL')
      return at === -1 ? undefined : send(story, { which: at, signal: SIGNALS[0], key: one.key }, played)
    }
    case 'sendDuringLook':
      return afterNextLook(story, () => send(story, one, played))
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

function expectSound(story: CateringStory, run: Run, { sent, counts }: Played): void {
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
  counts.approved += approved.length
  // All but the one to the stay in which the run was stopped.
  expect(approvals.length - approved.length).toBeLessThanOrEqual(wasStopped ? 1 : 0)
  expect(new Set(approvals.map(({ version }) => version)).size).toBe(approvals.length)

  // Deliveries are taken in their order, and none is passed over.
  const outcomes = taken.filter(({ name }) => name === 'delivery').map(({ outcome }) => outcome)
  const deliveries = ofRun('delivery').map(({ outcome }) => outcome)
  counts.delivered += outcomes.length
  expect(outcomes).toEqual(deliveries.slice(0, outcomes.length))
  if (run.errorCode === 'SIGNAL_DEADLINE_PASSED' && run.state === 'FAILED') expect(outcomes).toEqual(deliveries)

  const keys = sent.flatMap(({ uuid, name, key }) => (uuid === run.uuid ? [`${name} ${key}`] : []))
  const audits = story.ledger.signals.audits.filter(({ targetId }) => targetId === run.uuid)
  expect(audits.map(({ details }) => `${details.signal} ${details.key}`)).toEqual(keys)

  counts.excused += events.filter(({ state, status }) => state === 'EXCUSE' && status === 'success').length
  counts.starved += run.state === 'FAILED' && run.errorCode === 'SIGNAL_DEADLINE_PASSED' ? 1 : 0
  counts.cancelled += run.cancelRequestedAt === null ? 0 : 1
}

test('whatever happens, a signal that was sent is taken once, by the state that it was sent to', async () => {
  const counts = newCounts()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const story = createCateringStory()
      const played: Played = { sent: [], counts }
      for (const one of steps) await act(story, one, played)
      await mend(story)
      for (const run of story.ledger.runs()) expectSound(story, run, played)
      expect(story.notices.filter(({ kind }) => kind === 'unexpected')).toEqual([])
    }),
    { numRuns: 200 },
  )
  expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([])
}, 60_000)
