import type { Alerts } from '@rollcall/alerts'
import type { AccountOrders, ApiKeys, AuditLog, JobReads, PersonStore, RunArchive } from '@rollcall/database'
import type {
  Clock,
  Closures,
  Dispatcher,
  Ledger,
  Notify,
  ProcessDefinition,
  ResourceGate,
  RunQueries,
  ScheduleDefinition,
  Schedules,
  Signals,
} from '@rollcall/engine'
import type { CohortStore } from '@rollcall/operations'
import type { FleetHealth, HealthProbes, Logger, RetentionEnv } from '@rollcall/platform'
import type { AccountStore, Credentials, ImportStore, Sealer, UnfinishedAccounts } from '@rollcall/provisioning'
import type { OrganisationAccounts, StatusSource, SyncRuns } from '@rollcall/status-sync'
import type { Registry } from 'prom-client'
import type { MeterLimits } from './imports/meter-bytes.ts'

/** All that the API is built from. */
export interface ApiDeps {
  readonly ledger: Ledger
  readonly queries: RunQueries
  readonly accounts: Pick<AccountStore, 'findLive'>
  readonly credentials: Pick<Credentials, 'findOfUser' | 'collect'>
  /** Opens the passwords that are handed out. */
  readonly sealer: Pick<Sealer, 'open'>
  readonly unfinished: UnfinishedAccounts
  readonly cohorts: CohortStore
  readonly alerts: Pick<Alerts, 'list'>
  readonly schedules: Schedules
  /** The jobs that are shown, started and changed here. */
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
  readonly signals: Pick<Signals, 'send' | 'find'>
  readonly syncRuns: Pick<SyncRuns, 'begin' | 'find' | 'items' | 'itemsOf'>
  readonly jobReads: JobReads
  readonly organisationAccounts: Pick<OrganisationAccounts, 'read' | 'add'>
  readonly accountOrders: AccountOrders
  /** What the registration service signs its deliveries with; none: they are not taken. */
  readonly pushSecrets: readonly string[]
  /** Counts the changes of statuses by what brought them. */
  readonly countChanges: (counted: { readonly source: StatusSource; readonly changes: number }) => void
  readonly imports: ImportStore
  /** How large an uploaded file may be, and how slow. @defaultValue METER_LIMITS */
  readonly importLimits?: MeterLimits
  readonly archive: RunArchive
  readonly persons: PersonStore
  readonly audit: Pick<AuditLog, 'append' | 'appendAll' | 'list'>
  /** What those are told who ask for how long something is kept. */
  readonly retention: RetentionEnv
  readonly apiKeys: Pick<ApiKeys, 'findActive'>
  readonly closures: Closures
  readonly gate: ResourceGate
  readonly dispatcher: Dispatcher
  /** Every process whose runs this API shows and replays. */
  readonly processes: readonly ProcessDefinition[]
  readonly clock: Clock
  readonly notify: Notify
  readonly logger: Logger
  readonly registry: Registry
  readonly health: HealthProbes
  /** What one key may send to this instance in a minute; 0 for no limit. */
  readonly requestsPerMinute: number
  /** Whose X-Forwarded-For is believed: addresses and networks; false for nobody's. */
  readonly trustProxy: string[] | false
  /** Which workers beat and which do not. Rejects where Redis cannot be reached. */
  readonly readFleet: () => Promise<FleetHealth>
}
