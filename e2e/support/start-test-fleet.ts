// A whole fleet for one test file: own folder, own ports, own Redis and database, and a directory with one school.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type Database } from '@rollcall/database'
import { type Fleet, freePorts, issueKeys, type Settings, startFleet } from '@rollcall/scripts/fleet'
import { type ApiCaller, createApiCaller } from './call-api.ts'
import { CLASSES, SCHOOL } from './people.ts'

export interface TestFleet extends Fleet {
  readonly folder: string
  readonly database: Database
  readonly upstream: ApiCaller
  readonly operator: ApiCaller
  readonly reader: ApiCaller
  readonly admin: ApiCaller
  readonly simulatorLevers: NonNullable<Fleet['simulator']>
  /** Closes this process's connection to the database for as long as the work takes: nobody else holds its file then, if the apps are stopped. */
  withoutDatabase(work: () => Promise<void>): Promise<void>
  /** Stops everything and removes the folder. Keeps the logs where a test failed and ROLLCALL_KEEP_LOGS is set. */
  end(): Promise<void>
}

const QUICK: Settings = {
  SIMULATOR_LAG_MIN_MS: '0',
  SIMULATOR_LAG_MAX_MS: '400',
  SIMULATOR_THROTTLE: 'false',
  GRAPH_WRITES_PER_SECOND: '2000',
  GRAPH_WRITES_BURST: '2000',
  LOG_LEVEL: 'info',
}

export async function startTestFleet(
  overrides: Settings = {},
  { dashboard = false, registrations = false }: { dashboard?: boolean; registrations?: boolean } = {},
): Promise<TestFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'))
  const fleet = await startFleet({ folder, ports: await freePorts(), overrides: { ...QUICK, ...overrides }, dashboard, registrations })
  const { simulator } = fleet
  if (!simulator) throw new Error('End-to-end tests run on the simulator only.')
  await simulator.post('/seed', {
    schools: [{ externalId: SCHOOL }],
    classes: CLASSES.map((externalId) => ({ externalId, schoolExternalId: SCHOOL })),
  })
  const keys = await issueKeys({ databaseUrl: fleet.databaseUrl, roles: ['upstream', 'operator', 'reader', 'admin'] })
  let database = await createDatabase({ url: fleet.databaseUrl })
  const caller = (key: string) => createApiCaller({ url: fleet.apiUrl, key })
  const added = {
    folder,
    upstream: caller(keys.upstream),
    operator: caller(keys.operator),
    reader: caller(keys.reader),
    admin: caller(keys.admin),
    simulatorLevers: simulator,
    async withoutDatabase(work: () => Promise<void>) {
      await database.close()
      try {
        await work()
      } finally {
        database = await createDatabase({ url: fleet.databaseUrl })
      }
    },
    async end() {
      await database.close()
      await fleet.stop()
      if (process.env.ROLLCALL_KEEP_LOGS === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
  const whole = Object.assign(Object.create(fleet) as Fleet, added, { database })
  return Object.defineProperty(whole, 'database', { get: () => database })
}
