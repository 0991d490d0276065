// A fleet under a steady load with all faults at once, then mended, drained and audited. What must always hold, whatever the plan: everybody
// who was promised an account has exactly one, and every order was carried out once.
import { setTimeout as pause } from 'node:timers/promises'
import { createChance } from '../support/chance.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { type ActDeps, perform } from './act.ts'
import { createAsking } from './ask.ts'
import { judgeSoak, passwordsInLogs } from './judge-soak.ts'
import { PROCESSES, planSoak, SECOND_WORKERS, type SoakPlan } from './plan-soak.ts'
import { createRoster, type Roster } from './roster.ts'
import { settle } from './settle.ts'
import { carryOut, type StrikeDeps } from './strike.ts'
import { type Supervisor, startProcess, supervise } from './supervise.ts'
import { createTimeline, describeStrike, type Timeline } from './timeline.ts'
import { watchMemory } from './watch-memory.ts'
import { workAsBefore } from './work-as-before.ts'

const MINUTE_MS = 60_000
const STATUS_EVERY_MS = 10_000
/** Callers who wait for an answer at the same time, at most: in an outage they all wait. */
const MOST_CALLERS = 60
const SETTLES_WITHIN_MS = 240_000

export interface SoakOptions {
  readonly minutes: number
  /** @defaultValue drawn, and printed */
  readonly seed?: number | undefined
  /** Where the timeline goes as it happens. */
  readonly print: (line: string) => void
}

export interface SoakResult {
  readonly seed: number
  /** None for a fleet that has lost nothing. */
  readonly findings: readonly string[]
  /** Lines of the summary: what, and how much. */
  readonly summary: readonly (readonly [string, string | number])[]
}

export async function runSoak({ minutes, seed, print }: SoakOptions): Promise<SoakResult> {
  const chance = seed === undefined ? createChance() : createChance(seed)
  const plan = planSoak({ lengthMs: minutes * MINUTE_MS, chance })
  // Reconcile is what brings back what a flush took: as often as a fleet under fire would want it.
  const fleet = await startTestFleet({ RECONCILE_EVERY_MS: '2000' })
  await Promise.all(SECOND_WORKERS.map((name) => startProcess(fleet, name)))
  const timeline = createTimeline(print)
  const roster = createRoster()
  const { ask, repeats } = createAsking()
  const supervisor = supervise({ fleet, timeline })
  const memory = watchMemory(() => pidsOf(fleet))
  const deps = { fleet, roster, ask, supervisor, timeline }
  let findings: readonly string[] = []
  try {
    await Promise.all([load(plan, deps), strikes(plan, deps), statuses(plan, deps)])
    timeline.say('the last fault is over')
    await supervisor.untilAllRun()
    await settle({ ...deps, withinMs: SETTLES_WITHIN_MS })
    const elapsedMs = timeline.elapsedMs()
    const slow = await workAsBefore(deps)
    findings = [...slow, ...(await judgeSoak({ ...deps, memory: memory.most }))]
    const summary = await summarise({ plan, fleet, roster, repeats, supervisor, memory: memory.most, elapsedMs })
    await supervisor.stop()
    await fleet.stop()
    findings = [...findings, ...supervisor.unexpected, ...(await passwordsInLogs(deps))]
    return { seed: chance.seed, findings, summary }
  } finally {
    memory.stop()
    await supervisor.stop()
    await fleet.end()
  }
}

type Deps = ActDeps & StrikeDeps & { readonly timeline: Timeline }

/** In the order of the plan, without waiting for answers, but never more than so many callers at once. */
async function load({ acts }: SoakPlan, deps: Deps): Promise<void> {
  const callers = new Set<Promise<void>>()
  for (const act of acts) {
    await untilElapsed(act.atMs, deps)
    while (callers.size >= MOST_CALLERS) await Promise.race(callers)
    const caller = perform(act, deps)
      .catch((error: unknown) => void deps.roster.findings.push(`${act.kind}: ${wordsOf(error)}`))
      .finally(() => callers.delete(caller))
    callers.add(caller)
  }
  await Promise.all(callers)
}

async function strikes({ strikes: all }: SoakPlan, deps: Deps): Promise<void> {
  const going: Promise<void>[] = []
  for (const { atMs, strike } of all) {
    await untilElapsed(atMs, deps)
    deps.timeline.say(describeStrike(strike))
    going.push(
      carryOut(strike, deps).catch((error: unknown) => void deps.roster.findings.push(`${describeStrike(strike)}: ${wordsOf(error)}`)),
    )
  }
  await Promise.all(going)
}

async function statuses({ lengthMs }: SoakPlan, { fleet: { database }, roster, timeline }: Deps): Promise<void> {
  while (timeline.elapsedMs() < lengthMs) {
    await pause(STATUS_EVERY_MS)
    const groups = await database.prisma.run.groupBy({ by: ['status'], where: { process: 'account-create' }, _count: true })
    timeline.say(`asked for ${roster.next}; ${groups.map(({ status, _count }) => `${_count} ${status}`).join(', ')}`)
  }
}

async function untilElapsed(ms: number, { timeline }: Deps): Promise<void> {
  const left = ms - timeline.elapsedMs()
  if (left > 0) await pause(left)
}

function pidsOf(fleet: TestFleet): ReadonlyMap<string, number> {
  const names = [...PROCESSES, 'simulator'].filter((name) => fleet.app(name).isRunning())
  return new Map([...names.map((name): [string, number] => [name, fleet.app(name).pid]), ['redis', fleet.redis?.pid ?? 0]])
}

async function summarise({
  plan,
  fleet: { database, simulatorLevers },
  roster,
  repeats,
  supervisor,
  memory,
  elapsedMs,
}: {
  readonly plan: SoakPlan
  readonly fleet: TestFleet
  readonly roster: Roster
  readonly repeats: ReadonlyMap<string, number>
  readonly supervisor: Supervisor
  readonly memory: ReadonlyMap<string, number>
  readonly elapsedMs: number
}): Promise<SoakResult['summary']> {
  const list = (some: Iterable<readonly [string, unknown]>) => [...some].map(([name, value]) => `${name} ${value}`).join(', ')
  const runs = await database.prisma.run.groupBy({ by: ['status', 'completion'], where: { process: 'account-create' }, _count: true })
  const errors = await database.prisma.runEvent.groupBy({ by: ['errorCode'], where: { errorCode: { not: null } }, _count: true })
  const { byFault } = await simulatorLevers.get<{ byFault: Readonly<Record<string, number>> }>('/counters')
  return [
    ['faults struck', plan.strikes.length],
    ['processes killed', supervisor.killed()],
    ['starts that failed and were repeated', supervisor.failedStarts.join(' | ') || 'none'],
    ['that did not end cleanly when asked to', supervisor.drains.join(', ') || 'none'],
    ['directory answers spoilt', list(Object.entries(byFault))],
    ['what the outside did', list(roster.counts)],
    ['persons asked for', roster.next],
    ['asked again for want of an answer', list(repeats)],
    ['runs', list(runs.map(({ status, completion, _count }) => [`${status}${completion === null ? '' : ` (${completion})`}`, _count]))],
    ['superseded answers', await database.prisma.runEvent.count({ where: { status: 'superseded' } })],
    ['errors in the histories', list(errors.map(({ errorCode, _count }) => [String(errorCode), _count]))],
    ['passwords collected', roster.handedOut.size],
    ['most memory, MB', list(memory)],
    ['seconds until everything was settled', Math.round((elapsedMs - plan.lengthMs) / 1_000)],
  ]
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
