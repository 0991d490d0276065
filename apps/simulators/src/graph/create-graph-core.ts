/* Puts the parts of the simulated tenant together. No HTTP here: the app and in-process tests both stand on this. */
import { type SimulatorClock, systemClock } from '../clock.ts'
import type { ClientRegistration, TokenEndpoint } from './answer-token.ts'
import { createCounters } from './create-counters.ts'
import { createDirectory } from './create-directory.ts'
import { createFaults } from './create-faults.ts'
import { createPipeline } from './create-pipeline.ts'
import { createRandom } from './create-random.ts'
import { createReplication, type LagSettings } from './create-replication.ts'
import { createThrottle, GRAPH_LIMITS, type ThrottleSettings } from './create-throttle.ts'
import { createTokens, TOKEN_LIFETIME_SECONDS } from './create-tokens.ts'

/** The tenant and application that exist when nothing else is asked for. Not a secret: it opens nothing but the simulator. */
export const SIMULATED_TENANT_ID = '5ca1ab1e-0000-4000-8000-000000000001'
export const SIMULATED_CLIENT_ID = 'c0ffee00-0000-4000-8000-000000000002'
export const SIMULATED_CLIENT_SECRET = 'simulator-only'
export const SIMULATED_DOMAIN = 'edu.example'
const OBJECT_QUOTA = 300_000
const REPLICAS = 3

export interface GraphCoreOptions {
  readonly clock?: SimulatorClock
  /** Seeds every random choice: lag, replica, faults, the order of batch answers. */
  readonly seed?: number
  readonly tenantId?: string
  readonly clients?: readonly ClientRegistration[]
  readonly verifiedDomains?: readonly string[]
  readonly replicas?: number
  /** Default: none, every write is seen at once. */
  readonly lag?: LagSettings
  /** Default: Microsoft's limits for a large tenant. */
  readonly throttle?: ThrottleSettings
  readonly tokenLifetimeSeconds?: number
  readonly objectQuota?: number
  readonly onWrite?: () => void
}

export type GraphCore = ReturnType<typeof createGraphCore>

export function createGraphCore(options: GraphCoreOptions) {
  const { clock = systemClock, seed = 1, tenantId = SIMULATED_TENANT_ID } = options
  const clients = options.clients ?? [{ clientId: SIMULATED_CLIENT_ID, secrets: [SIMULATED_CLIENT_SECRET] }]
  const verifiedDomains = new Set((options.verifiedDomains ?? [SIMULATED_DOMAIN]).map((domain) => domain.toLowerCase()))
  const replication = createReplication({ clock, seed, replicas: options.replicas ?? REPLICAS, lag: options.lag ?? { minMs: 0, maxMs: 0 } })
  const directory = createDirectory({ clock, replication, objectQuota: options.objectQuota ?? OBJECT_QUOTA })
  const throttle = createThrottle({ clock, settings: options.throttle ?? GRAPH_LIMITS })
  const faults = createFaults({ seed })
  const counters = createCounters()
  const tokens = createTokens({ clock, lifetimeSeconds: options.tokenLifetimeSeconds ?? TOKEN_LIFETIME_SECONDS })
  const onWrite = options.onWrite ?? (() => undefined)
  const parts = { clock, directory, replication, throttle, faults, counters, tokens, tenantId, verifiedDomains, onWrite }
  const tokenEndpoint: TokenEndpoint = { tenantId, clients, tokens, clock }
  return { ...parts, pipeline: createPipeline(parts), tokenEndpoint, batchRandom: createRandom({ seed, stream: 'batch' }) }
}
