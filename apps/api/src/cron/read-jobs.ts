// All jobs as they stand: settings from SQL, runs from the ledger. Nothing of it is kept in memory, so every instance says the same.
import {
  describeCron,
  type EpochMs,
  type ProcessDefinition,
  type Run,
  type RunEvent,
  type Schedule,
  type ScheduleDefinition,
} from '@rollcall/engine'
import type { SyncRun } from '@rollcall/status-sync'
import { isoOf } from '../runs/run-view.ts'
import type { CronDeps } from './cron-deps.ts'
import { type JobView, LATEST_RUNS } from './job-view.ts'
import { jobResultOf } from './run-result.ts'
import { isAtWork, standingOfJob } from './standing.ts'
import { endingsOf, successRateOf } from './success-rate.ts'

const SEVEN_DAYS_MS = 7 * 86_400_000

export type ReadJobsDeps = Pick<CronDeps, 'schedules' | 'scheduleDefinitions' | 'jobReads' | 'queries' | 'clock'>

type Cadence = Pick<JobView, 'schedule' | 'timeZone' | 'enabled' | 'version'>

export async function readJobs({ schedules, scheduleDefinitions, jobReads, queries, clock }: ReadJobsDeps): Promise<JobView[]> {
  const now = clock.now()
  const processes = scheduleDefinitions.map(({ process }) => process.name)
  const [standing, all, ofLate, going, latest] = await Promise.all([
    schedules.list(),
    jobReads.countRuns({ processes, since: null }),
    jobReads.countRuns({ processes, since: now - SEVEN_DAYS_MS }),
    jobReads.goingRuns(processes),
    Promise.all(processes.map(async (process) => (await queries.list({ process }, { after: null, limit: LATEST_RUNS })).runs)),
  ])
  const syncs = await jobReads.syncRuns([...new Set([...going, ...latest.flat()].map(({ uuid }) => uuid))])
  return Promise.all(
    scheduleDefinitions.map(async (definition, place) => {
      const { name, process } = definition
      const run = going.find((one) => one.process === process.name) ?? null
      const view = {
        definition,
        cadence: cadenceOf({ definition, schedule: standing.find((one) => one.name === name) }),
        going: run && { run, process, isPauseAsked: isPauseAsked(syncs.get(run.uuid)), history: await queries.history(run.uuid) },
        latest: latest[place] ?? [],
        syncs,
        counts: { all: ofProcess(all, process), ofLate: ofProcess(ofLate, process) },
        now,
      }
      return viewOf(view)
    }),
  )
}

function isPauseAsked(sync: SyncRun | undefined): boolean {
  return sync !== undefined && sync.pauseAskedBy !== null
}

function ofProcess<Row extends { readonly process: string }>(rows: readonly Row[], { name }: ProcessDefinition): Row[] {
  return rows.filter(({ process }) => process === name)
}

/** Until a worker-sync of this release has written the row, what the release itself says holds. */
function cadenceOf({ definition, schedule }: { definition: ScheduleDefinition; schedule: Schedule | undefined }): Cadence {
  if (!schedule) {
    const { cron, enabled, timeZone } = definition.defaults
    return { schedule: cron, timeZone, enabled, version: 0 }
  }
  const { cron, enabled, timeZone, version } = schedule
  return { schedule: cron.value, timeZone: timeZone.value, enabled: enabled.value, version }
}

interface Found {
  readonly definition: ScheduleDefinition
  readonly cadence: Cadence
  readonly going: {
    readonly run: Run
    readonly process: ProcessDefinition
    readonly isPauseAsked: boolean
    readonly history: RunEvent[]
  } | null
  /** Newest first. */
  readonly latest: readonly Run[]
  readonly syncs: ReadonlyMap<string, SyncRun>
  readonly counts: Readonly<Record<'all' | 'ofLate', Awaited<ReturnType<CronDeps['jobReads']['countRuns']>>>>
  readonly now: EpochMs
}

function viewOf({ definition, cadence, going, latest, syncs, counts, now }: Found): JobView {
  const { word, rest } = standingOfJob({ enabled: cadence.enabled, going })
  const { sentence, next } = describeCron({ cron: cadence.schedule, timeZone: cadence.timeZone }, now)
  const ended = latest.find(({ dueAt }) => dueAt === null)
  const { failed, partial } = endingsOf(counts.all)
  const [first] = latest
  return {
    name: definition.name,
    description: definition.about,
    ...cadence,
    sentence,
    nextFireTimes: cadence.enabled ? next.map(isoOf) : [],
    isRunning: going !== null,
    isCurrentlyExecuting: isAtWork(word),
    state: word,
    runUuid: going?.run.uuid ?? null,
    paused: rest && { since: isoOf(rest.since), code: rest.code },
    lastRun: first ? isoOf(first.createdAt) : null,
    lastRunUuid: first?.uuid ?? null,
    lastResult: ended ? jobResultOf({ run: ended, sync: syncs.get(ended.uuid) }) : null,
    runCount: counts.all.reduce((total, { count }) => total + count, 0),
    errorCount: failed,
    partialCount: partial,
    successRate: {
      latestRuns: successRateOf(endingsOf(latest.map(({ status, completion }) => ({ status, completion, count: 1 })))),
      sevenDays: successRateOf(endingsOf(counts.ofLate)),
    },
    itemErrorRate: itemErrorRateOf(latest.flatMap(({ uuid }) => syncs.get(uuid) ?? [])),
  }
}

function itemErrorRateOf(runs: readonly SyncRun[]): number | null {
  const scanned = runs.reduce((total, { counters }) => total + counters.scanned, 0)
  if (scanned === 0) return null
  return runs.reduce((total, { counters }) => total + counters.failed + counters.conflicted, 0) / scanned
}
