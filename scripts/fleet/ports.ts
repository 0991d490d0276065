import { createServer } from 'node:net'

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

/** Ports that nobody uses just now. All are held open until the last one is known, so that they differ. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(APPS.map(async (name) => ({ name, server: await listenAnywhere() })))
  const ports = servers.map(({ name, server }): [PortName, number] => [name, portOf(server)])
  await Promise.all(servers.map(({ server }) => new Promise((resolve) => server.close(resolve))))
  return Object.fromEntries(ports) as Ports
}

function listenAnywhere(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.')
  return address.port
}
