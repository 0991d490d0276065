import { DEFAULT_PORTS, type Ports } from './ports.ts'

const VARIABLES = {
  api: 'API_PORT',
  dashboard: 'DASHBOARD_PORT',
  'registration-service': 'REGISTRATION_PORT',
  simulator: 'SIMULATOR_GRAPH_PORT',
  redis: 'REDIS_PORT',
} as const

/** The default ports, moved where the environment says so. The workers' ports follow each other from WORKER_PORT on. */
export function portsFromEnvironment(env: Readonly<Record<string, string | undefined>>): Ports {
  const moved = Object.entries(VARIABLES).flatMap(([name, variable]) => (env[variable] ? [[name, portOf(variable, env[variable])]] : []))
  const firstWorker = env.WORKER_PORT ? portOf('WORKER_PORT', env.WORKER_PORT) : null
  const workers = firstWorker === null ? [] : workerNames().map((name, index) => [name, firstWorker + index])
  return { ...DEFAULT_PORTS, ...Object.fromEntries([...moved, ...workers]) }
}

/** What tells `npm start` to use these ports, whose workers' follow each other. */
export function environmentOfPorts(ports: Ports): Record<string, string> {
  const moved = Object.entries(VARIABLES).map(([name, variable]) => [variable, String(ports[name as keyof typeof VARIABLES])])
  return { ...Object.fromEntries(moved), WORKER_PORT: String(ports['worker-create']) }
}

function workerNames(): string[] {
  return Object.keys(DEFAULT_PORTS).filter((name) => name.startsWith('worker-'))
}

function portOf(variable: string, value: string): number {
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`${variable} must be a port from 1 to 65535; it is "${value}".`)
  return port
}
