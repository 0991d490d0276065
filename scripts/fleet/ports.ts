import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { PORTS_TO_LISTEN_ON } from '@rollcall/platform/redis-server'

const APPS = [
  'api',
  'dashboard',
  'registration-service',
  'simulator',
  'redis',
  'worker-create',
  'worker-poll',
  'worker-persist',
  'worker-sync',
] as const
export type PortName = (typeof APPS)[number]
export type Ports = Readonly<Record<PortName, number>>

/** Where `npm start` listens, unless the environment says otherwise. */
export const DEFAULT_PORTS: Ports = {
  api: 5000,
  dashboard: 5001,
  'registration-service': 5003,
  simulator: 5010,
  redis: 5020,
  'worker-create': 5021,
  'worker-poll': 5022,
  'worker-persist': 5023,
  'worker-sync': 5024,
}

const { lowest, highest } = PORTS_TO_LISTEN_ON
const TRIES = 50

/**
 * Ports in a row that nobody uses just now, so that they can be named by the first of them (`WORKER_PORT`).
 * @throws Error where there is no such row
 */
export async function freePorts(): Promise<Ports> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const first = randomInt(lowest, highest - APPS.length)
    const row = APPS.map((name, index): [PortName, number] => [name, first + index])
    if (await areFree(row.map(([, port]) => port))) return Object.fromEntries(row) as Ports
  }
  throw new Error(`No ${APPS.length} free ports in a row between ${lowest} and ${highest}, at ${TRIES} places.`)
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  const servers = await Promise.all(ports.map(listen))
  await Promise.all(servers.map((server) => server && new Promise((resolve) => server.close(resolve))))
  return servers.every((server) => server !== null)
}

/** Null where somebody else has the port. */
function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
