import type { Alerts } from '@rollcall/alerts'
import type { ApiKeys, AuditLog, PersonStore, RunArchive } from '@rollcall/database'
import type { Clock, Closures, Dispatcher, Ledger, Notify, ProcessDefinition, ResourceGate, RunQueries } from '@rollcall/engine'
import type { CohortStore } from '@rollcall/operations'
import type { FleetHealth, HealthProbes, Logger, RetentionEnv } from '@rollcall/platform'
import type { AccountStore, Credentials, ImportStore, Sealer, UnfinishedAccounts } from '@rollcall/provisioning'
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
  readonly imports: ImportStore
  /** How large an uploaded file may be, and how slow. @defaultValue METER_LIMITS */
  readonly importLimits?: MeterLimits
  readonly archive: RunArchive
  readonly persons: PersonStore
  readonly audit: Pick<AuditLog, 'append' | 'appendAll'>
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
