import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type {
  BullDispatcher,
  Clock,
  Closures,
  Leases,
  Ledger,
  Notify,
  ProcessDefinition,
  RedisConnection,
  ResourceGate,
  Signals,
} from '@rollcall/engine'
import type { Logger } from '../create-logger.ts'
import type { Metrics } from '../create-metrics.ts'
import type { FleetStore } from '../fleet/heartbeats.ts'

/** What a worker needs of SQL; `Database` of `@rollcall/database` has this shape. */
export interface WorkerDatabase {
  readonly ledger: Ledger
  readonly leases: Leases
  readonly closures: Closures
  readonly signals: Signals
  ping(): Promise<void>
  warmUp(): Promise<void>
  close(): Promise<void>
}

/** What a running worker app is made of, for the duties that one of them has besides its queues. */
export interface WorkerParts {
  readonly database: WorkerDatabase
  readonly dispatcher: BullDispatcher
  readonly gate: ResourceGate
  readonly store: FleetStore
  /** A connection that waits for Redis while it is away, as a worker's does; the other parts fail at once. */
  readonly patient: RedisConnection
  readonly processes: readonly ProcessDefinition[]
  readonly instance: string
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
  readonly logger: Logger
  readonly metrics: Metrics
}

/** What handlers need that give orders about other runs, or that count what only they know. */
export type HandlerTools = Pick<WorkerParts, 'dispatcher' | 'clock' | 'newId' | 'notify' | 'processes' | 'metrics'>

/** Tells the processes of a fleet apart: host, pid, and something for pids that come again. */
export function createInstanceName(): string {
  return `${hostname().slice(0, 40)}-${process.pid}-${randomBytes(2).toString('hex')}`
}
