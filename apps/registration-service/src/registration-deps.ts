import type { ApiKeys, RegistrationStore } from '@rollcall/database'
import type { Clock } from '@rollcall/engine'
import type { Logger } from '@rollcall/platform'
import type { Registry } from 'prom-client'
import type { FaultSwitch } from './faults/fault-switch.ts'

/** All that the service is built from. */
export interface RegistrationDeps {
  readonly registrations: RegistrationStore
  readonly apiKeys: Pick<ApiKeys, 'findActive'>
  readonly clock: Clock
  readonly newId: () => string
  readonly logger: Logger
  readonly registry: Registry
  /** Rejects where SQL cannot be reached. */
  readonly ping: () => Promise<void>
  /** What one key may send to this instance in a minute; 0 for no limit. */
  readonly requestsPerMinute: number
  /** Null: nobody can make this service fail. */
  readonly faults: FaultSwitch | null
}
