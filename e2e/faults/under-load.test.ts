// Faults in the middle of a load, each ending with an audit: what was accepted, the ledger, the users and the directory tell one story.
import { setTimeout as pause } from 'node:timers/promises'
import { WORKERS } from '@rollcall/scripts/fleet'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { student, students } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { countEnded, untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withRedis } from '../support/with-redis.ts'

const LOAD = 300
/** They come last, so that the damage meets work that has only just begun, however fast the machine is. */
const LATE = 50
const OUTAGE_MS = 20_000

let fleet: TestFleet
const accepted: string[] = []
let people = 0
beforeAll(async () => {
  fleet = await startTestFleet()
})
afterAll(() => fleet.end())
afterEach(() => fleet.simulatorLevers.delete('/faults'))

async function post(count: number): Promise<void> {
  const uuids = await postStudents(fleet.upstream, students(count, people))
  people += count
  accepted.push(...uuids)
}

/** POSTs most of the load, and the rest of it once a fifth is done. */
async function beInTheMiddle(): Promise<void> {
  const before = await countEnded(fleet.database)
  await post(LOAD - LATE)
  await waitUntil('a fifth of the load is done', async () => (await countEnded(fleet.database)) >= before + LOAD / 5)
  await post(LATE)
}

/** The damage came in time: there was work left that it could hurt. */
async function expectUnderWay(): Promise<void> {
  expect(await countEnded(fleet.database)).toBeLessThan(accepted.length)
}

/** Of all that was accepted so far, by this test and those before it. */
async function expectCleanEnd(): Promise<void> {
  await untilEnded(fleet.database, { count: accepted.length })
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
}

describe('nobody is lost and nobody is made twice', () => {
  test.each(WORKERS)('when %s is killed in the middle', async (worker) => {
    await beInTheMiddle()
    await fleet.app(worker).kill()
    await expectUnderWay()
    await fleet.restart(worker)
    await expectCleanEnd()
  })

  test('when Redis is flushed in the middle', async () => {
    await beInTheMiddle()
    await withRedis(fleet, (redis) => redis.flushall())
    await expectUnderWay()
    await expectCleanEnd()
  })

  test('when Redis is away for 20 seconds, and the API goes on accepting meanwhile', async () => {
    await beInTheMiddle()
    await fleet.redis?.stop()
    await expectUnderWay()
    await post(50)
    await pause(OUTAGE_MS)
    await fleet.restartRedis()
    await expectCleanEnd()
  })

  test('when a fifth of the creates are done and then answered with 504', async () => {
    await fleet.simulatorLevers.delete('/counters')
    await fleet.simulatorLevers.post('/faults', {
      match: { method: 'POST', pathPattern: '/education/users' },
      fault: { kind: 'commitThen', status: 504 },
      probability: 0.2,
    })
    await post(LOAD)
    await expectCleanEnd()
    const { byFault } = await fleet.simulatorLevers.get<{ byFault: Readonly<Record<string, number>> }>('/counters')
    expect(byFault.commitThen).toBeGreaterThan(LOAD * 0.1)
  })

  test('when the same request arrives fifty times at once', async () => {
    const one = student(people)
    people += 1
    const answers = await Promise.all(Array.from({ length: 50 }, () => fleet.upstream.post('/student-create', one)))
    const uuids = new Set(answers.map(({ body }) => String(body.uuid)))
    expect(uuids.size).toBe(1)
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    accepted.push(...uuids)
    await expectCleanEnd()
    expect(await fleet.database.prisma.run.count({ where: { process: 'account-create', subjectId: one.personId } })).toBe(1)
  })
})
