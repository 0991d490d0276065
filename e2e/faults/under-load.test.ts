// Faults in the middle of a load, each ending with an audit: what was accepted, the ledger, the users and the directory tell one story.
import { setTimeout as pause } from 'node:timers/promises'
import { WORKERS } from '@rollcall/scripts/fleet'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { student, students } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { countEnded, untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'

const LOAD = 300
const OUTAGE_MS = 20_000

let fleet: TestFleet
beforeEach(async () => {
  fleet = await startTestFleet()
})
afterEach(() => fleet.end())

function partlyDone(share: number): Promise<void> {
  return waitUntil(`${share * 100} % of the load is done`, async () => (await countEnded(fleet.database)) >= LOAD * share)
}

async function expectCleanEnd(accepted: readonly string[], withinMs = 120_000): Promise<void> {
  await untilEnded(fleet.database, { count: accepted.length, withinMs })
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
}

describe('nobody is lost and nobody is made twice', () => {
  test.each(WORKERS)('when %s is killed in the middle', async (worker) => {
    const accepted = await postStudents(fleet.upstream, students(LOAD))
    await partlyDone(0.2)
    await fleet.app(worker).kill()
    await fleet.restart(worker)
    await expectCleanEnd(accepted)
  })

  test('when Redis is flushed in the middle', async () => {
    const accepted = await postStudents(fleet.upstream, students(LOAD))
    await partlyDone(0.2)
    const redis = new Redis(fleet.redisUrl)
    await redis.flushall()
    redis.disconnect()
    await expectCleanEnd(accepted)
  })

  test('when Redis is away for 20 seconds, and the API goes on accepting meanwhile', async () => {
    const before = await postStudents(fleet.upstream, students(LOAD))
    await partlyDone(0.2)
    await fleet.redis?.stop()
    const meanwhile = await postStudents(fleet.upstream, students(50, LOAD))
    await pause(OUTAGE_MS)
    await fleet.restartRedis()
    await expectCleanEnd([...before, ...meanwhile], 180_000)
  })

  test('when a fifth of the creates are done and then answered with 504', async () => {
    await fleet.simulatorLevers.post('/faults', {
      match: { method: 'POST', pathPattern: '/education/users' },
      fault: { kind: 'commitThen', status: 504 },
      probability: 0.2,
    })
    await expectCleanEnd(await postStudents(fleet.upstream, students(LOAD)))
    const { byFault } = await fleet.simulatorLevers.get<{ byFault: Readonly<Record<string, number>> }>('/counters')
    expect(byFault.commitThen).toBeGreaterThan(LOAD * 0.1)
  })

  test('when the same request arrives fifty times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => fleet.upstream.post('/student-create', student(1))))
    const uuids = new Set(answers.map(({ body }) => body.uuid))
    expect(uuids.size).toBe(1)
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    await expectCleanEnd([...uuids].map(String))
    expect(await fleet.database.prisma.run.count({ where: { process: 'account-create' } })).toBe(1)
  })
})
