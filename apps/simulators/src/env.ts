import { z } from 'zod'
import { SIMULATED_CLIENT_ID, SIMULATED_CLIENT_SECRET, SIMULATED_DOMAIN, SIMULATED_TENANT_ID } from './graph/create-graph-core.ts'
import { GRAPH_LIMITS } from './graph/create-throttle.ts'

const number = z.coerce.number()

/** The settings of the simulators, read once in main.ts. */
export const SimulatorEnv = z.object({
  SIMULATOR_HOST: z.string().default('127.0.0.1').describe('Address to listen on; the admin endpoints answer loopback callers only.'),
  SIMULATOR_GRAPH_PORT: number.int().min(0).max(65_535).default(5010).describe('Port of the Graph simulator.'),
  SIMULATOR_CERT_DIR: z.string().default('.data/simulators').describe('Folder of ca.pem, server.pem and the key.'),
  SIMULATOR_STATE_FILE: z.string().optional().describe('JSON file that keeps the tenant between runs.'),
  SIMULATOR_SEED: number.int().default(1).describe('Seeds every random choice.'),
  SIMULATOR_REPLICAS: number.int().min(1).max(20).default(3).describe('Replicas that serve requests.'),
  SIMULATOR_LAG_MIN_MS: number.min(0).default(0).describe('Shortest replication lag, in ms.'),
  SIMULATOR_LAG_MAX_MS: number.min(0).default(0).describe('Longest replication lag, in ms.'),
  SIMULATOR_THROTTLE: z.stringbool().default(true).describe('Whether quotas are enforced.'),
  SIMULATOR_WRITES_PER_WINDOW: number.positive().default(GRAPH_LIMITS.writes.perWindow).describe('Writes per window.'),
  SIMULATOR_WRITES_WINDOW_MS: number.positive().default(GRAPH_LIMITS.writes.windowMs).describe('Length of the write window, in ms.'),
  SIMULATOR_UNITS_PER_WINDOW: number.positive().default(GRAPH_LIMITS.resourceUnits.perWindow).describe('Resource units per window.'),
  SIMULATOR_UNITS_WINDOW_MS: number.positive().default(GRAPH_LIMITS.resourceUnits.windowMs).describe('Length of the unit window, in ms.'),
  SIMULATOR_TENANT_ID: z.string().default(SIMULATED_TENANT_ID).describe('The simulated tenant.'),
  SIMULATOR_CLIENT_ID: z.string().default(SIMULATED_CLIENT_ID).describe('The registered application.'),
  SIMULATOR_CLIENT_SECRET: z.string().default(SIMULATED_CLIENT_SECRET).describe('Its secret; opens nothing but the simulator.'),
  SIMULATOR_DOMAINS: z.string().default(SIMULATED_DOMAIN).describe('Verified domains, separated by commas.'),
})
export type SimulatorEnv = z.output<typeof SimulatorEnv>
