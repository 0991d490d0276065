// Redis forgets everything in the middle of the work: it comes back empty, or is flushed while the line stands still. What must not be done is
// still not done, and nothing that was accepted is lost.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { queueKey } from '@rollcall/engine'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FollowedStudents, followStudents } from '../support/follow-students.ts'
import { reopenResource, resourceOf } from '../support/resources.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { countEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withRedis } from '../support/with-redis.ts'

const LOAD = 200
/** They come last, so that Redis goes with work in it that has only just begun, however fast the machine is. */
const LATE = 50
const CREATE = { method: 'POST', pathPattern: '/education/users' } as const
const CREATE_QUEUE = 'account-create.AWAITING_USER_CREATE'

let fleet: TestFleet
let followed: FollowedStudents
beforeAll(async () => {
  // Whether the line opens is for the operator of these tests to say, not for a probe.
  fleet = await startTestFleet({ GRAPH_REOPEN_BY_PROBE: 'false' })
  followed = followStudents(fleet)
})
afterAll(() => fleet.end())

test('Redis is killed in the middle and comes back empty, and the API has gone on accepting', async () => {
  const before = await countEnded(fleet.database)
  await followed.ask(LOAD - LATE)
  await waitUntil('a fifth of the load is done', async () => (await countEnded(fleet.database)) >= before + LOAD / 5)
  await followed.ask(LATE)
  await fleet.redis?.kill()
  expect(await countEnded(fleet.database)).toBeLessThan(before + LOAD)
  await followed.ask(20)
  await rm(join(fleet.folder, 'redis'), { recursive: true })
  await fleet.restartRedis()
  await followed.expectAllCompleted()
})

describe('a flush opens no line that was closed', () => {
  test('by an operator', async () => {
    expect((await fleet.operator.post('/resources/graph/close', { reason: 'The directory is being moved.' })).status).toBe(200)
    const waiting = await followed.ask(10)
    await standAtTheGate(waiting)
    const creates = await countCreates()

    await withRedis(fleet, (redis) => redis.flushall())
    const later = await followed.ask(5)
    await standAtTheGate([...waiting, ...later])
    expect(await resourceOf(fleet, 'graph')).toMatchObject({ closed: true, closure: { errorCode: 'CLOSED_BY_OPERATOR' } })
    expect(await countCreates()).toBe(creates)

    await reopenResource(fleet, 'graph')
    await followed.expectAllCompleted()
  })

  test('by errors that were everybody’s, and no run fails for them', async () => {
    await fleet.simulatorLevers.post('/faults', { match: CREATE, fault: { kind: 'forbidden' } })
    const refused = await followed.ask(6)
    await waitUntil('the line has stopped', async () => (await resourceOf(fleet, 'graph')).closed === true)
    // Nobody is with the directory any more: whoever asks it once the fault is gone has come through the line.
    await waitUntil('all are back from the directory', async () => (await countInside()) === 0)

    await withRedis(fleet, (redis) => redis.flushall())
    await fleet.simulatorLevers.delete('/faults')
    const creates = await countCreates()
    const later = await followed.ask(5)
    await standAtTheGate([...refused, ...later])
    expect(await resourceOf(fleet, 'graph')).toMatchObject({ closed: true, closure: { errorCode: 'DIRECTORY_FORBIDDEN' } })
    expect(await countCreates()).toBe(creates)

    await reopenResource(fleet, 'graph')
    await followed.expectAllCompleted()
  })
})

/** Each of these has been taken by a worker, which was not let in and put it back. */
async function standAtTheGate(uuids: readonly string[]): Promise<void> {
  await waitUntil(`${uuids.length} runs stand at the gate`, () =>
    withRedis(fleet, async (redis) => {
      const keyOf = (part: string) => queueKey({ namespace: 'rollcall', queue: CREATE_QUEUE, part })
      const delayed = new Set(await redis.zrange(keyOf('delayed'), '0', '-1'))
      const untried = await Promise.all(
        uuids.map(async (uuid) => {
          const { untried = 0 } = JSON.parse((await redis.hget(keyOf(`${uuid}-2`), 'data')) ?? '{}') as { untried?: number }
          return delayed.has(`${uuid}-2`) && untried > 0
        }),
      )
      return untried.every((isOne) => isOne)
    }),
  )
}

/** Jobs of creates that a worker has in its hands. */
function countInside(): Promise<number> {
  return withRedis(fleet, (redis) => redis.llen(queueKey({ namespace: 'rollcall', queue: CREATE_QUEUE, part: 'active' })))
}

/** How many accounts anybody has tried to make. */
async function countCreates(): Promise<number> {
  const { creates } = await fleet.simulatorLevers.get<{ creates: Readonly<Record<string, { attempts: number }>> }>('/counters')
  return Object.values(creates).reduce((sum, { attempts }) => sum + attempts, 0)
}
