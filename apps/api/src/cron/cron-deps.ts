import type { AccountOrders, JobReads, RunArchive } from '@rollcall/database'
import type {
  Clock,
  Dispatcher,
  Ledger,
  Notify,
  ProcessDefinition,
  RunQueries,
  ScheduleDefinition,
  Schedules,
  Signals,
} from '@rollcall/engine'
import type { FleetHealth, HealthProbes } from '@rollcall/platform'
import type { SyncRuns } from '@rollcall/status-sync'

/** What the routes of the jobs are built from. */
export interface CronDeps {
  readonly schedules: Schedules
  /** The jobs that this release knows. */
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
  readonly signals: Pick<Signals, 'send' | 'find'>
  readonly syncRuns: Pick<SyncRuns, 'begin' | 'find' | 'items'>
  readonly jobReads: JobReads
  readonly accountOrders: Pick<AccountOrders, 'askPause'>
  readonly ledger: Ledger
  readonly queries: RunQueries
  readonly archive: RunArchive
  readonly processes: readonly ProcessDefinition[]
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
  readonly health: HealthProbes
  readonly readFleet: () => Promise<FleetHealth>
}
