// No room on the disk of the SQLite file. Filling a real one needs a file system of its own; instead the running processes may not let a file grow
// beyond a size (prlimit, of util-linux), so that one of their writes is cut in its middle and those after it are refused, as on a full disk.
import { execFileSync } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { WORKERS } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { createChance } from '../support/chance.ts'
import { student, students } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { countEnded, untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'

const LOAD = 200
/** They come last, so that the disk is full with work under way, however fast the machine is. */
const LATE = 50
const FULL_FOR_MS = 6_000
const KIB = 1_024
const APPS = ['api', ...WORKERS] as const
const hasPrlimit = process.platform === 'linux'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await startTestFleet()
})
afterAll(() => fleet.end())

/** The soft limit alone: a hard one could not be raised again. */
function limitFiles(size: string): void {
  for (const app of APPS) execFileSync('prlimit', ['--pid', String(fleet.app(app).pid), `--fsize=${size}:`])
}

function integrity(): unknown {
  const file = new DatabaseSync(fleet.databaseUrl.replace(/^file:/, ''), { readOnly: true })
  try {
    return Object.values(file.prepare('PRAGMA integrity_check').get() ?? {})[0]
  } finally {
    file.close()
  }
}

test.skipIf(!hasPrlimit)('while the disk is full the API says so and nothing is half written; with room again all goes on', async () => {
  const chance = createChance()
  const accepted = await postStudents(fleet.upstream, students(LOAD - LATE))
  await waitUntil('a fifth of the load is done', async () => (await countEnded(fleet.database)) >= LOAD / 5)
  accepted.push(...(await postStudents(fleet.upstream, students(LATE, LOAD - LATE))))
  limitFiles(String(chance.between(32 * KIB, 256 * KIB)))

  // What was under way may still find some room.
  let asked = LOAD
  const ask = async () => {
    const body = student(asked++)
    const answer = await fleet.upstream.post('/student-create', body)
    if (answer.status === 202) accepted.push(String(answer.body.uuid))
    return { body, answer }
  }
  await waitUntil('the disk is full', async () => (await ask()).answer.status !== 202, { everyMs: 10 })
  const refused = await Promise.all(Array.from({ length: 20 }, ask))
  for (const { answer } of refused) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(answer.body).toMatchObject({ code: 'LEDGER_UNAVAILABLE' })
  }
  // What needs no row of its own is answered; whoever looks at a person leaves one.
  expect((await fleet.reader.get('/resources')).status).toBe(200)
  expect((await fleet.reader.get(`/azure-data-sync/${accepted[0]}`)).status).toBe(503)
  const { uuid: live } = await fleet.database.prisma.run.findFirstOrThrow({ where: { dueAt: { not: null } } })
  expect((await fleet.operator.post(`/azure-data-sync/${live}/cancel`, { reason: 'The disk is full.' })).status).toBe(503)
  await pause(FULL_FOR_MS)
  expect(integrity()).toBe('ok')
  expect(await countEnded(fleet.database)).toBeLessThan(accepted.length)

  limitFiles('unlimited')
  // Whoever was refused left nothing behind: he is as new.
  const again = await Promise.all(refused.map(({ body }) => fleet.upstream.post('/student-create', body)))
  expect(again.map(({ status }) => status)).toEqual(Array(refused.length).fill(202))
  accepted.push(...again.map(({ body }) => String(body.uuid)))
  await untilEnded(fleet.database, { count: accepted.length })
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
  expect(integrity()).toBe('ok')
  expect(APPS.filter((app) => !fleet.app(app).isRunning())).toEqual([])
})
