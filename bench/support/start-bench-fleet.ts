// A fleet for one measurement: own folder, own ports, a directory with the schools that its pupils go to.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type Database } from '@rollcall/database'
import { type Fleet, freePorts, issueKeys, type Settings, type SimulatorClient, startFleet } from '@rollcall/scripts/fleet'
import { CLASSES_PER_SCHOOL, classOf, schoolOf } from './pupils.ts'

export interface BenchFleet {
  readonly fleet: Fleet
  readonly database: Database
  readonly simulator: SimulatorClient
  /** A key of the role upstream. */
  readonly key: string
  end(): Promise<void>
}

export interface GraphTraffic {
  /** Logical calls; those inside a batch count one by one. */
  readonly requests: number
  readonly writes: number
  readonly throttled: number
  readonly httpRequests: number
}

export async function startBenchFleet({
  schools,
  settings,
  registrations = false,
}: {
  readonly schools: number
  readonly settings: Settings
  /** Whether it has its registration service. */
  readonly registrations?: boolean
}): Promise<BenchFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
  const overrides = { LOG_LEVEL: 'warn', SIMULATOR_LAG_MIN_MS: '0', SIMULATOR_LAG_MAX_MS: '0', API_REQUESTS_PER_MINUTE: '0', ...settings }
  const fleet = await startFleet({ folder, ports: await freePorts(), overrides, registrations })
  const { simulator } = fleet
  if (!simulator) throw new Error('This bench runs on the simulator only.')
  const numbers = Array.from({ length: schools }, (_, school) => school)
  await simulator.post('/seed', {
    schools: numbers.map((school) => ({ externalId: schoolOf(school) })),
    classes: numbers.flatMap((school) =>
      Array.from({ length: CLASSES_PER_SCHOOL }, (_, index) => ({
        externalId: classOf(school, index),
        schoolExternalId: schoolOf(school),
      })),
    ),
  })
  const { upstream: key } = await issueKeys({ databaseUrl: fleet.databaseUrl, roles: ['upstream'] })
  const database = await createDatabase({ url: fleet.databaseUrl })
  return {
    fleet,
    database,
    simulator,
    key,
    async end() {
      await database.close()
      await fleet.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Uploads a file of pupils. @throws Error if it is not accepted whole */
export async function importPupils({ fleet, key }: BenchFleet, csv: string): Promise<string> {
  const answer = await fetch(new URL('/imports', fleet.apiUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
    body: csv,
  })
  const body = (await answer.json()) as { id?: string; invalid?: number }
  if (answer.status !== 202 || body.id === undefined || body.invalid !== 0) throw new Error(`${answer.status} ${JSON.stringify(body)}`)
  return body.id
}

export function readTraffic({ simulator }: BenchFleet): Promise<GraphTraffic> {
  return simulator.get<GraphTraffic>('/counters')
}
