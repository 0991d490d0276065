// What holds the whole fleet back, and lets it go on: the time that Graph names to one worker, and an operator's pause.
import { queueKey } from '@rollcall/engine'
import { startApp } from '@rollcall/scripts/fleet'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FollowedStudents, followStudents } from './support/follow-students.ts'
import { student } from './support/people.ts'
import { reopenResource, resourceOf } from './support/resources.ts'
import { startTestFleet, type TestFleet } from './support/start-test-fleet.ts'
import { untilAllPaused } from './support/until-all-paused.ts'
import { waitUntil } from './support/wait-until.ts'

let fleet: TestFleet
let followed: FollowedStudents
beforeAll(async () => {
  fleet = await startTestFleet({ RECONCILE_EVERY_MS: '500' })
  followed = followStudents(fleet)
})
afterAll(() => fleet.end())

test('what Graph tells one worker to wait, all of them wait', async () => {
  const second = await startApp({
    name: 'worker-create-2',
    app: 'worker-create',
    env: { ...fleet.settingsOf('worker-create'), WORKER_PORT: '0' },
    logFolder: fleet.logFolder,
  })
  try {
    const match = { method: 'POST', pathPattern: '/education/users' }
    await fleet.simulatorLevers.post('/faults', { match, fault: { kind: 'throttle429', retryAfterSeconds: 5 }, times: 1 })
    const [first = ''] = await followed.ask(1)
    const { prisma } = fleet.database
    const told = () => prisma.runEvent.findFirst({ where: { runUuid: first, errorCode: 'DIRECTORY_THROTTLED' } })
    await waitUntil('Graph has told one of them', async () => (await told()) !== null)
    const others = await followed.ask(20)
    await followed.expectAllCompleted()
    const creates = await prisma.runEvent.findMany({
      where: { runUuid: { in: [first, ...others] }, operationType: 'SUBMITTED_AZURE_USER_CREATE_REQUEST', status: 'success' },
    })
    const startOf = ({ createdAt, durationMs }: { readonly createdAt: Date; readonly durationMs: number | null }) =>
      createdAt.getTime() - (durationMs ?? 0)
    const throttled = await told()
    expect(creates).toHaveLength(21)
    // From start to start: on a busy machine the row of a try may be written long after Graph has answered it.
    expect(Math.min(...creates.map(startOf)) - (throttled ? startOf(throttled) : Number.NaN)).toBeGreaterThan(4_900)
  } finally {
    await second.stop()
  }
})

describe('a paused fleet', () => {
  const order = { reason: 'The directory is being moved.' }

  async function readiness(): Promise<{ readonly status: string }> {
    const answer = await fetch(`${fleet.apiUrl}/health/ready`)
    return (await answer.json()) as { status: string }
  }

  /** How many of those who were accepted during the pause have been touched by anybody. */
  function moved(uuids: readonly string[]): Promise<number> {
    return fleet.database.prisma.run.count({
      where: { uuid: { in: [...uuids] }, OR: [{ version: { gt: 1 } }, { status: { not: 'new' } }] },
    })
  }

  async function waitingJobs(redis: Redis): Promise<number> {
    const queue = { namespace: fleet.settingsOf('worker-sync').ROLLCALL_NAMESPACE ?? 'rollcall', queue: 'account-create.RESERVE_USERNAME' }
    const [prioritized, delayed] = await Promise.all(['prioritized', 'delayed'].map((part) => redis.zcard(queueKey({ ...queue, part }))))
    return (prioritized ?? 0) + (delayed ?? 0)
  }

  test('accepts requests and works none of them, through a flush of Redis and a restart, and then all', async () => {
    const redis = new Redis(fleet.redisUrl)
    try {
      expect(await fleet.operator.post('/resources/fleet/close', order)).toMatchObject({
        status: 200,
        body: { name: 'fleet', closed: true },
      })
      await untilAllPaused(fleet)
      const uuids = await followed.ask(20)
      expect(await fleet.upstream.post('/student-create', student(0))).toMatchObject({ status: 409, body: { code: 'ACCOUNT_EXISTS' } })

      await redis.flushall()
      await waitUntil('reconcile has brought the jobs back', async () => (await waitingJobs(redis)) === uuids.length)
      expect(await moved(uuids)).toBe(0)

      await fleet.app('worker-persist').stop()
      await fleet.restart('worker-persist')
      await untilAllPaused(fleet)
      expect(await waitingJobs(redis)).toBe(uuids.length)
      expect(await moved(uuids)).toBe(0)
      expect(await resourceOf(fleet, 'fleet')).toMatchObject({
        closed: true,
        closure: { errorCode: 'CLOSED_BY_OPERATOR', cause: order.reason },
      })
      // Every worker beats again after the flush, and none is called silent for taking no jobs.
      await waitUntil('the fleet is ready', async () => (await readiness()).status === 'ready')

      await reopenResource(fleet, 'fleet')
      await followed.expectAllCompleted()
    } finally {
      redis.disconnect()
    }
  })
})
