// kill -9 of the worker at every boundary of the create protocol. Each boundary is held open from outside (a slow directory, a locked
// database, a stopped Redis), so that the process dies exactly there; the code under test knows nothing of it.
import { queueKey, queuePrefix } from '@rollcall/engine'
import type { WorkerApp } from '@rollcall/scripts/fleet'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { lockDatabase } from '../support/lock-database.ts'
import { student } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { stall } from '../support/stall.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withRedis } from '../support/with-redis.ts'

const NAMESPACE = 'rollcall'
/** A busy machine kills within this time. Nobody waits for its end: whoever would is dead. */
const UNTIL_KILLED_MS = 15_000
/** Time enough, also on a busy machine, to take away what the worker needs next. The test waits for its end. */
const UNTIL_TAKEN_MS = 3_000

let fleet: TestFleet
let accepted: string[] = []
let people = 0

beforeAll(async () => {
  fleet = await startTestFleet()
})
afterAll(() => fleet.end())
afterEach(() => fleet.simulatorLevers.delete('/faults'))

async function postOne(): Promise<string> {
  people += 1
  const [uuid = ''] = await postStudents(fleet.upstream, [student(people)])
  accepted = [...accepted, uuid]
  return uuid
}

async function expectCleanEnd(): Promise<void> {
  await untilEnded(fleet.database, { count: accepted.length, withinMs: 120_000 })
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
}

function stateIs(uuid: string, state: string): Promise<void> {
  return waitUntil(`${uuid} stands in ${state}`, async () => (await fleet.database.ledger.find(uuid))?.state === state)
}

interface Counters {
  readonly byFault: Readonly<Record<string, number>>
  readonly byStatus: Readonly<Record<string, number>>
}

/** Lets the next matching request meet a fault, and answers once it has. */
async function holdNext(match: object, fault: { readonly kind: string; readonly ms: number }): Promise<() => Promise<void>> {
  await fleet.simulatorLevers.delete('/counters')
  await fleet.simulatorLevers.post('/faults', { match, fault, times: 1 })
  return () => counted(`the fault ${fault.kind} has fired`, ({ byFault }) => (byFault[fault.kind] ?? 0) > 0)
}

function counted(what: string, condition: (counters: Counters) => boolean): Promise<void> {
  return waitUntil(what, async () => condition(await fleet.simulatorLevers.get<Counters>('/counters')), { everyMs: 20 })
}

async function killAndRestart(worker: WorkerApp): Promise<void> {
  await fleet.app(worker).kill()
  await fleet.restart(worker)
}

const CREATE = { method: 'POST', pathPattern: '/education/users' } as const
const PLACE_IN_CLASS = { method: 'POST', pathPattern: '/education/classes/*/members/$ref' } as const

describe('kill -9 at a boundary of the create protocol makes nobody twice and loses nobody', () => {
  test('the order is sent, the directory has not acted', async () => {
    const held = await holdNext(CREATE, { kind: 'slow', ms: UNTIL_KILLED_MS })
    await postOne()
    await held()
    await killAndRestart('worker-create')
    await expectCleanEnd()
  })

  test('the directory has made the account, the answer is on its way', async () => {
    const held = await holdNext(CREATE, { kind: 'commitThenSlow', ms: UNTIL_KILLED_MS })
    const uuid = await postOne()
    await held()
    await killAndRestart('worker-create')
    await expectCleanEnd()
    expect((await fleet.database.ledger.find(uuid))?.result).toMatchObject({ AWAITING_USER_CREATE: { adopted: true } })
  })

  test('the answer is here, the ledger is not written', async () => {
    const held = await holdNext(CREATE, { kind: 'commitThenSlow', ms: UNTIL_TAKEN_MS })
    const uuid = await postOne()
    await held()
    const unlock = lockDatabase(fleet.databaseUrl)
    await counted('the account is answered for', ({ byStatus }) => (byStatus['201'] ?? 0) > 0)
    await fleet.app('worker-create').kill()
    unlock()
    expect((await fleet.database.ledger.find(uuid))?.state).toBe('AWAITING_USER_CREATE')
    await fleet.restart('worker-create')
    await expectCleanEnd()
  })

  test('the ledger is written, the next job never reached the queue', async () => {
    const held = await holdNext(CREATE, { kind: 'commitThenSlow', ms: UNTIL_TAKEN_MS })
    const uuid = await postOne()
    await held()
    const redis = fleet.redis?.pid ?? 0
    process.kill(redis, 'SIGSTOP')
    try {
      await stateIs(uuid, 'POLL_USER_CREATE')
      await Promise.all([fleet.app('worker-create').kill(), fleet.app('worker-poll').kill()])
    } finally {
      process.kill(redis, 'SIGCONT')
    }
    // What the dead worker had handed to the operating system may have arrived after all: this is the death one moment earlier.
    await forgetQueue('account-create.POLL_USER_CREATE')
    await Promise.all([fleet.restart('worker-create'), fleet.restart('worker-poll')])
    await expectCleanEnd()
  })

  test('the account is being looked for', async () => {
    const held = await holdNext({ method: 'GET', pathPattern: '/education/users/**' }, { kind: 'slow', ms: UNTIL_KILLED_MS })
    await postOne()
    await held()
    await killAndRestart('worker-poll')
    await expectCleanEnd()
  })

  test('the account stands in one of its classes and not yet in the other', async () => {
    const held = await holdNext(PLACE_IN_CLASS, { kind: 'slow', ms: UNTIL_KILLED_MS })
    await postOne()
    await held()
    await killAndRestart('worker-create')
    await expectCleanEnd()
  })

  test('the user is about to be persisted', async () => {
    const held = await holdNext(PLACE_IN_CLASS, { kind: 'commitThenSlow', ms: UNTIL_TAKEN_MS })
    const uuid = await postOne()
    await held()
    const wake = await stall(fleet, 'worker-persist')
    await stateIs(uuid, 'USER_NEISPUO_PERSIST')
    const unlock = lockDatabase(fleet.databaseUrl)
    wake()
    await waitUntil('worker-persist has the job', async () => (await activeJobs('account-create.USER_NEISPUO_PERSIST')) > 0)
    await fleet.app('worker-persist').kill()
    unlock()
    await fleet.restart('worker-persist')
    await expectCleanEnd()
  })
})

async function activeJobs(queue: string): Promise<number> {
  return withRedis(fleet, (redis) => redis.llen(queueKey({ namespace: NAMESPACE, queue, part: 'active' })))
}

async function forgetQueue(queue: string): Promise<void> {
  await withRedis(fleet, async (redis) => {
    const keys = await redis.keys(`${queuePrefix(NAMESPACE, queue)}*`)
    if (keys.length > 0) await redis.del(...keys)
  })
}
