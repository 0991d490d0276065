import { join } from 'node:path'
import { z } from 'zod'
import { SimulatorEnv } from './env.ts'
import { createGraphSimulator, type GraphSimulator } from './graph/create-graph-simulator.ts'

export interface RunningSimulators {
  readonly graph: GraphSimulator
  /** The authority that clients must trust. */
  readonly authorityFile: string
}

/** Starts the simulators that the environment describes; throws a sentence that names the setting to change. */
export async function startSimulators(source: Readonly<Record<string, string | undefined>>): Promise<RunningSimulators> {
  const parsed = SimulatorEnv.safeParse(source)
  if (!parsed.success) throw new Error(`The simulators' environment does not fit:\n${z.prettifyError(parsed.error)}`)
  const env = parsed.data
  const graph = await createGraphSimulator({
    host: env.SIMULATOR_HOST,
    port: env.SIMULATOR_GRAPH_PORT,
    certificateDirectory: env.SIMULATOR_CERT_DIR,
    ...(env.SIMULATOR_STATE_FILE === undefined ? {} : { stateFile: env.SIMULATOR_STATE_FILE }),
    seed: env.SIMULATOR_SEED,
    replicas: env.SIMULATOR_REPLICAS,
    lag: { minMs: env.SIMULATOR_LAG_MIN_MS, maxMs: Math.max(env.SIMULATOR_LAG_MIN_MS, env.SIMULATOR_LAG_MAX_MS) },
    throttle: {
      enabled: env.SIMULATOR_THROTTLE,
      writes: { perWindow: env.SIMULATOR_WRITES_PER_WINDOW, windowMs: env.SIMULATOR_WRITES_WINDOW_MS },
      resourceUnits: { perWindow: env.SIMULATOR_UNITS_PER_WINDOW, windowMs: env.SIMULATOR_UNITS_WINDOW_MS },
    },
    tenantId: env.SIMULATOR_TENANT_ID,
    clients: [{ clientId: env.SIMULATOR_CLIENT_ID, secrets: [env.SIMULATOR_CLIENT_SECRET] }],
    verifiedDomains: env.SIMULATOR_DOMAINS.split(',').map((domain) => domain.trim()),
  })
  try {
    await graph.start()
  } catch (error) {
    await graph.close()
    if (!isPortTaken(error)) throw error
    throw new Error(`Port ${env.SIMULATOR_GRAPH_PORT} is taken. Set SIMULATOR_GRAPH_PORT to a free one, or stop what listens there.`)
  }
  return { graph, authorityFile: join(env.SIMULATOR_CERT_DIR, 'ca.pem') }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
