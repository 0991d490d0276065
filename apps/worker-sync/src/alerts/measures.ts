// What the rules for alerts measure, each from where it stands. What cannot be asked just now rejects: that rule is then not judged.
import { alertNotification, type RunMeasures, type Sample } from '@rollcall/alerts'
import type { AlertMeasures } from '@rollcall/alerts/handlers'
import { type Clock, type Closures, FLEET, type Ledger, type ProcessDefinition, type RunQueries, type Schedules } from '@rollcall/engine'
import { CANARY_PROCESS, expectedWorkers, type FleetStore, readFleetHealth } from '@rollcall/platform'
import { createFreshness, type WatchedSchedule } from './freshness.ts'
import { heldPushes } from './held-pushes.ts'
import { missingLicences } from './missing-licences.ts'
import { registrationKeySamples } from './registration-key.ts'
import { createRunsAtRest } from './runs-at-rest.ts'

const HOUR_MS = 3_600_000
/** Fewer runs than this say nothing about a process. */
const FEWEST_RUNS = 10
/** For how long the last ten runs of a process that runs seldom are still today's. */
const SELDOM_MS = 14 * 24 * HOUR_MS

export interface MeasureDeps {
  readonly runMeasures: RunMeasures
  readonly ledger: Pick<Ledger, 'backlog'> & Pick<RunQueries, 'list'>
  readonly schedules: Pick<Schedules, 'find' | 'list' | 'ticks'>
  readonly closures: Pick<Closures, 'list'>
  readonly store: FleetStore
  readonly processes: readonly ProcessDefinition[]
  readonly clock: Clock
  readonly watched: Watched
}

/** Which processes the rules have in mind that are not about all of them. */
export interface Watched {
  /** Processes that a schedule starts and that should be done within minutes. They ask the registration service. */
  readonly jobs: readonly ProcessDefinition[]
  /** Their schedules. */
  readonly schedules: readonly string[]
  /** The one whose runs ask whether everything answers. */
  readonly healthCheck: WatchedSchedule
  /** The schedule whose runs compare every account with its registration. */
  readonly statusSync: string
  /** Processes whose runs wait for weeks by design: they are no backlog. */
  readonly patient: readonly string[]
  /** The jobs, as SyncRun calls them, that meet the statuses of registrations. */
  readonly syncJobs: readonly string[]
}

export function createMeasures({ runMeasures, ledger, schedules, closures, store, processes, clock, watched }: MeasureDeps): AlertMeasures {
  const jobs = { processes: watched.jobs.map(({ name }) => name), waitingStates: watched.jobs.flatMap(waitingStatesOf) }
  const runsAtRest = createRunsAtRest({ queries: ledger, processes, now: clock.now })
  const freshness = createFreshness({ runMeasures, schedules, now: clock.now })
  const names = processes.map(({ name }) => name).filter((name) => name !== CANARY_PROCESS)

  return {
    async 'failure-rate'() {
      const now = clock.now()
      const lately = await runMeasures.endedSince({ processes: names, since: now - HOUR_MS })
      const samples = await Promise.all(
        names.map(async (process): Promise<Sample[]> => {
          const many = lately.find((one) => one.process === process && one.ended >= FEWEST_RUNS)
          if (many) return [failureRate({ ...many, of: 'that ended in the last hour' })]
          const last = await runMeasures.latestEnded({ process, since: now - SELDOM_MS, limit: FEWEST_RUNS })
          if (last.length < FEWEST_RUNS) return []
          const failed = last.filter(({ status }) => status === 'failed').length
          return [failureRate({ process, ended: last.length, failed, of: 'that ended last' })]
        }),
      )
      return samples.flat()
    },

    async 'run-too-long'() {
      const longest = await runMeasures.longestAtWork(jobs)
      return longest.map(({ process, since }) => ({ subject: process, value: Math.max(0, clock.now() - since) / 1_000 }))
    },

    'approval-waiting': () => runsAtRest.awaitingApproval(),

    'pushes-held': () => heldPushes({ queries: ledger, now: clock.now() }),

    'run-paused': () => runsAtRest.paused(),

    'health-check-failing': () => freshness.healthCheck(watched.healthCheck),

    async backlog() {
      const counts = new Map<string, number>()
      for (const { process, status, count } of await ledger.backlog())
        if (status !== 'waiting' && !watched.patient.includes(process)) counts.set(process, (counts.get(process) ?? 0) + count)
      return [...counts].map(([subject, value]) => ({ subject, value }))
    },

    'accounts-unverified': () => freshness.unverifiedAccounts(watched.statusSync),

    'registrations-refused': () => registrationKeySamples({ queries: ledger, processes: jobs.processes }),

    'licences-missing': () => missingLicences({ queries: ledger, now: clock.now() }),

    async 'resource-closed'() {
      const closed = (await closures.list()).filter(({ resource }) => resource !== FLEET)
      return closed.map(({ resource, errorCode }) => ({ subject: resource, value: 1, note: `The reason is ${errorCode}.` }))
    },

    async 'worker-silent'() {
      const { missing, silent } = await readFleetHealth(store, expectedWorkers(processes))
      return [...new Set([...missing, ...(silent ? [silent.worker] : [])])].map((subject) => ({ subject, value: 1 }))
    },

    async 'fleet-paused'() {
      return (await closures.list()).filter(({ resource }) => resource === FLEET).map(() => ({ subject: FLEET, value: 1 }))
    },

    'schedule-overdue': () => freshness.overdue(watched.schedules),

    async 'schedule-skipped'() {
      return (await runMeasures.skippedSchedules()).map(({ schedule, inRow }) => ({ subject: schedule, value: inRow }))
    },

    async 'unknown-registration-status'() {
      const met = await runMeasures.metBySyncs({ jobs: watched.syncJobs, counter: 'skippedUnknown' })
      return met.map(({ job, count }) => ({ subject: job, value: count }))
    },

    async 'registrations-in-doubt'() {
      const met = await runMeasures.metBySyncs({ jobs: watched.syncJobs, counter: 'inDoubt' })
      return met.map(({ job, count }) => ({ subject: job, value: count }))
    },
  }
}

/** In which a person has the word. */
function waitingStatesOf({ states }: ProcessDefinition): string[] {
  return Object.entries(states).flatMap(([state, { signal }]) => (signal ? [state] : []))
}

function failureRate({ process, ended, failed, of }: { process: string; ended: number; failed: number; of: string }): Sample {
  return { subject: process, value: failed / ended, note: `It was ${failed} of the ${ended} ${of}.` }
}

/** Since when the notification waits that has waited longest; null where none does. */
export async function oldestNotification({ ledger }: { readonly ledger: Pick<Ledger, 'backlog'> }): Promise<number | null> {
  const waiting = (await ledger.backlog()).filter(({ process }) => process === alertNotification.name)
  return waiting.length === 0 ? null : Math.min(...waiting.map(({ oldestSince }) => oldestSince))
}
