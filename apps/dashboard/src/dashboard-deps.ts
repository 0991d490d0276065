import type { ApiKeys, AuditLog, RunArchive } from '@rollcall/database'
import type {
  BullDispatcher,
  Clock,
  Closures,
  ErrorCode,
  Ledger,
  Notify,
  ProcessDefinition,
  RedisConnection,
  RunQueries,
  ScheduleDefinition,
} from '@rollcall/engine'
import type { CohortStore } from '@rollcall/operations'
import type { FleetHealth, Logger } from '@rollcall/platform'
import type { Site } from './auth/site.ts'

/** All that the dashboard is built from. */
export interface DashboardDeps {
  readonly ledger: Ledger
  readonly queries: RunQueries
  readonly archive: Pick<RunArchive, 'find' | 'history'>
  readonly closures: Pick<Closures, 'list'>
  /** Which runs a run that replays others still means. */
  readonly cohorts: Pick<CohortStore, 'count'>
  readonly apiKeys: Pick<ApiKeys, 'findActive' | 'list'>
  readonly audit: AuditLog
  readonly dispatcher: BullDispatcher
  /** Every process whose queues and runs are shown. */
  readonly processes: readonly ProcessDefinition[]
  /** The jobs: their runs are ordered about by those who administer them. */
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
  /** Every code that a run can end with, for what to do about it. */
  readonly errorCodes: readonly ErrorCode[]
  readonly connection: RedisConnection
  readonly namespace: string
  readonly readFleet: () => Promise<FleetHealth>
  readonly health: {
    /** Rejects where SQL cannot be reached. */
    database(): Promise<void>
    /** Rejects where Redis cannot be reached. */
    redis(): Promise<void>
  }
  readonly site: Site
  /** Whose X-Forwarded-For is believed: addresses and networks; false for nobody's. */
  readonly trustProxy: string[] | false
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
  readonly logger: Logger
}
