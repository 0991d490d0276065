import { expect, it } from 'vitest'
import { apiSettings, registrationSettings, type Surroundings, WORKERS, workerSettings } from './app-settings.ts'

const around: Surroundings = {
  folder: '/fleet',
  ports: {
    api: 1,
    dashboard: 8,
    'registration-service': 9,
    simulator: 2,
    redis: 3,
    'worker-create': 4,
    'worker-poll': 5,
    'worker-persist': 6,
    'worker-sync': 7,
  },
  redisUrl: 'redis://127.0.0.1:3',
  databaseUrl: 'file:/fleet/rollcall.db',
  credentialKeys: 'embedded:key',
  usernameKey: 'digits',
  registrationPushSecret: 'whsec_x',
  registrationApiKey: 'rk_s_x',
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

it('only worker-sync may ask the registration service, which tells the API alone', () => {
  const asking = WORKERS.filter((worker) => 'REGISTRATION_API_KEY' in workerSettings(worker, around))
  const pushing = WORKERS.filter((worker) => 'REGISTRATION_PUSH_SECRET' in workerSettings(worker, around))
  expect([asking, pushing]).toEqual([['worker-sync'], []])
  expect(workerSettings('worker-sync', around)).toMatchObject({ ORGANIZATION_SERVICE_URL: 'http://127.0.0.1:9' })
  expect(registrationSettings(around)).toMatchObject({
    REGISTRATION_PORT: '9',
    REGISTRATION_PUSH_URL: 'http://127.0.0.1:1/api/registrations/events',
  })
  expect(apiSettings(around).REGISTRATION_PUSH_SECRET).toBe(registrationSettings(around).REGISTRATION_PUSH_SECRET)
})
