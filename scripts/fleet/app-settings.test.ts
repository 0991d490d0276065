import { expect, it } from 'vitest'
import { apiSettings, type Surroundings, WORKERS, workerSettings } from './app-settings.ts'

const around: Surroundings = {
  folder: '/fleet',
  ports: { api: 1, dashboard: 8, simulator: 2, redis: 3, 'worker-create': 4, 'worker-poll': 5, 'worker-persist': 6, 'worker-sync': 7 },
  redisUrl: 'redis://127.0.0.1:3',
  databaseUrl: 'file:/fleet/rollcall.db',
  credentialKeys: 'embedded:key',
  usernameKey: 'digits',
  simulator: { url: 'https://localhost:2', caFile: '/fleet/simulators/trusted.pem' },
  overrides: { NODE_EXTRA_CA_CERTS: '/etc/office.pem', LOG_LEVEL: 'warn' },
}

it('every worker trusts the simulator, whatever the caller’s environment trusts', () => {
  for (const worker of WORKERS)
    expect(workerSettings(worker, around)).toMatchObject({ NODE_EXTRA_CA_CERTS: '/fleet/simulators/trusted.pem', LOG_LEVEL: 'warn' })
})

it('the caller’s authorities stand where there is no simulator', () => {
  expect(workerSettings('worker-create', { ...around, simulator: null })).toMatchObject({ NODE_EXTRA_CA_CERTS: '/etc/office.pem' })
})

it('only worker-persist is told the key that usernames follow from', () => {
  const holders = WORKERS.filter((worker) => 'USERNAME_KEY' in workerSettings(worker, around))
  expect([...holders, ...('USERNAME_KEY' in apiSettings(around) ? ['api'] : [])]).toEqual(['worker-persist'])
})
