// A worker whose event loop stands still for longer than its locks live: another one does its work, and then the first wakes up in the middle of
// the same jobs and goes on as if nothing had happened. SIGSTOP stands for the pause (a machine that is suspended, a swap storm).
import { setTimeout as pause } from 'node:timers/promises'
import { queueName, queuePrefix } from '@rollcall/engine'
import { accountCreate } from '@rollcall/provisioning'
import type { WorkerApp } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { students } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { stall } from '../support/stall.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { countEnded, untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withRedis } from '../support/with-redis.ts'

const LOAD = 200
const BESIDE = 20
/** More than a lock (5 s) and two stalled checks (1.5 s each). */
const STALL_MS = 11_000
const STALLED = ['worker-create', 'worker-poll', 'worker-persist'] as const satisfies readonly WorkerApp[]

let fleet: TestFleet
const accepted: string[] = []
beforeAll(async () => {
  fleet = await startTestFleet()
})
afterAll(() => fleet.end())

async function post(count: number): Promise<string[]> {
  const uuids = await postStudents(fleet.upstream, students(count, accepted.length))
  accepted.push(...uuids)
  return uuids
}

async function expectCleanEnd(): Promise<void> {
  await untilEnded(fleet.database, { count: accepted.length })
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
}

test('an account is made once by two workers that both had its job, and the late one’s answer is kept in the history', async () => {
  await fleet.simulatorLevers.post('/faults', {
    match: { method: 'POST', pathPattern: '/education/users' },
    // Time enough, also on a busy machine, to stop the worker before the answer is there.
    fault: { kind: 'commitThenSlow', ms: 4_000 },
    times: 1,
  })
  const [uuid = ''] = await post(1)
  const created = () => fleet.simulatorLevers.get<{ byFault: Readonly<Record<string, number>> }>('/counters')
  await waitUntil('the account is made', async () => (await created()).byFault.commitThenSlow === 1, { everyMs: 10 })
  const wake = await stall(fleet, 'worker-create')
  try {
    await fleet.start('worker-create', { as: 'worker-create-2' })
    await untilEnded(fleet.database, { count: 1 })
  } finally {
    wake()
  }
  const superseded = () => fleet.database.prisma.runEvent.findMany({ where: { runUuid: uuid, status: 'superseded' } })
  await waitUntil('the answer of the late one is recorded', async () => (await superseded()).length > 0)

  expect(await superseded()).toMatchObject([{ state: 'AWAITING_USER_CREATE', receivedData: expect.stringContaining('"adopted":false') }])
  const run = await fleet.database.ledger.find(uuid)
  expect(run?.result).toMatchObject({ AWAITING_USER_CREATE: { adopted: true } })
  await expectCleanEnd()
})

test('whoever starts beside workers that live and are slow takes nothing from them', async () => {
  const before = await takenOver()
  await fleet.simulatorLevers.post('/faults', {
    match: { method: 'GET', pathPattern: '/education/users/**' },
    fault: { kind: 'slow', ms: 3_000 },
    times: BESIDE,
  })
  await post(BESIDE)
  const counters = () => fleet.simulatorLevers.get<{ byFault: Readonly<Record<string, number>> }>('/counters')
  await waitUntil('worker-poll has work in hand', async () => ((await counters()).byFault.slow ?? 0) > 0, { everyMs: 10 })
  await Promise.all(STALLED.slice(1).map((app) => fleet.start(app, { as: `${app}-2` })))
  await expectCleanEnd()
  expect(await takenOver()).toBe(before)
})

test('under load nobody is lost and nobody is made twice by three workers that stall together, each beside another of its kind', async () => {
  const before = await countEnded(fleet.database)
  await post(LOAD)
  await waitUntil('a fifth of the load is done', async () => (await countEnded(fleet.database)) >= before + LOAD / 5)
  const wakes: (() => void)[] = []
  try {
    for (const app of STALLED) wakes.push(await stall(fleet, app))
    await pause(STALL_MS)
  } finally {
    for (const wake of wakes) wake()
  }
  await expectCleanEnd()
  expect(await takenOver()).toBeGreaterThan(0)
  // Each can still finish what it had in hand and end in good order.
  expect(await Promise.all(STALLED.map((app) => fleet.app(app).stop()))).toEqual([0, 0, 0])
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
})

/** How many of the jobs that Redis still has were taken from a worker whose lock had run out. */
async function takenOver(): Promise<number> {
  return withRedis(fleet, async (redis) => {
    const queues = Object.keys(accountCreate.states).map((state) => queueName({ process: accountCreate.name, state }))
    const keys = await Promise.all(queues.map((queue) => redis.keys(`${queuePrefix('rollcall', queue)}:${queue}:*-*`)))
    // Beside the jobs stand their locks, which end otherwise.
    const jobs = keys.flat().filter((key) => /-\d+$/.test(key))
    const counts = await Promise.all(jobs.map((key) => redis.hget(key, 'stc')))
    return counts.filter((count) => Number(count) > 0).length
  })
}
