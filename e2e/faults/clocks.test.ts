// Machines whose clocks are five seconds apart: due times are each worker's own, so that work comes late or early, but nothing else may go wrong.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FleetApp, Settings } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { students } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { countEnded, untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withRedis } from '../support/with-redis.ts'

const LOAD = 100
const APART_MS = 5_000

let fleet: TestFleet
beforeAll(async () => {
  fleet = await startTestFleet()
  await Promise.all([
    startAgain('api', -APART_MS),
    startAgain('worker-create', APART_MS),
    startAgain('worker-poll', 0),
    startAgain('worker-persist', -APART_MS),
    startAgain('worker-sync', APART_MS),
    fleet.start('worker-create', { as: 'worker-create-2' }),
    fleet.start('worker-poll', { as: 'worker-poll-2', env: clockOff(APART_MS) }),
    fleet.start('worker-persist', { as: 'worker-persist-2' }),
    fleet.start('worker-sync', { as: 'worker-sync-2' }),
  ])
})
afterAll(() => fleet.end())

interface Story {
  readonly objectHistory: readonly { readonly version: number }[]
  readonly resultObject: { readonly USER_NEISPUO_PERSIST: { readonly existedBefore: boolean } }
}

function clockOff(offsetMs: number): Settings {
  const preload = new URL('../support/shifted-clock.ts', import.meta.url).href
  return { NODE_OPTIONS: `--import=${preload}`, CLOCK_OFFSET_MS: String(offsetMs) }
}

async function startAgain(app: FleetApp, offsetMs: number): Promise<void> {
  await fleet.app(app).stop()
  await fleet.start(app, { as: app, env: clockOff(offsetMs) })
}

async function wordsOf(name: string): Promise<string> {
  return readFile(join(fleet.logFolder, `${name}.log`), 'utf8')
}

test('processes whose clocks are five seconds apart carry every run through once, tell of it, and leave a history in its true order', async () => {
  await fleet.simulatorLevers.post('/faults', {
    match: { method: 'POST', pathPattern: '/education/users' },
    fault: { kind: 'commitThen', status: 504 },
    probability: 0.1,
  })
  const accepted = await postStudents(fleet.upstream, students(LOAD))
  await waitUntil('a tenth of the load is done', async () => (await countEnded(fleet.database)) >= LOAD / 10)
  await withRedis(fleet, (redis) => redis.flushall())
  await untilEnded(fleet.database, { count: LOAD })
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)

  const stories = await Promise.all(accepted.map((uuid) => fleet.reader.get(`/azure-data-sync/${uuid}`)))
  for (const { body } of stories) {
    const { objectHistory, resultObject } = body as unknown as Story
    const versions = objectHistory.map(({ version }) => version)
    expect(versions).toEqual(versions.toSorted((one, other) => one - other))
    // It has the password that was sealed for it, whoever's clock says that it is older.
    expect(resultObject.USER_NEISPUO_PERSIST.existedBefore).toBe(false)
  }
  // Nobody is called silent for what clocks say.
  await waitUntil('the fleet calls itself ready', async () => (await fleet.reader.get('/health/ready')).body.status === 'ready')
  expect(await wordsOf('worker-create')).toContain("this machine's clock differs from the database's")
})

test('a worker whose clock is more than ten seconds off does not start', async () => {
  const starting = fleet.start('worker-poll', { as: 'worker-poll-late', env: clockOff(11_000) })
  await expect(starting).rejects.toThrow('CLOCK_TOO_FAR_OFF')
})
