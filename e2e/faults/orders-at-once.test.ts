// Orders that contradict each other at one moment: the version of the run decides whose counts, and everybody is told the truth. The callers
// reach two processes of the API, so that nothing but the ledger stands between them.
import { setTimeout as pause } from 'node:timers/promises'
import { freePorts } from '@rollcall/scripts/fleet'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import type { ApiAnswer, ApiCaller } from '../support/call-api.ts'
import { createChance } from '../support/chance.ts'
import { student, students } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { stall } from '../support/stall.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { waitUntil } from '../support/wait-until.ts'

const AT_ONCE = 50
const reason = 'They press the button together.'
const CREATE = { method: 'POST', pathPattern: '/education/users' } as const
const REFUSED = { kind: 'error', status: 400, code: 'Request_BadRequest' } as const
/** A run takes about so long from its start to its end. */
const LIFE_MS = 1_500

let fleet: TestFleet
/** Two callers of each kind, one for each process of the API. */
let upstreams: readonly ApiCaller[]
let operators: readonly ApiCaller[]
const accepted: string[] = []
/** What stays failed, since a later request has done its work. */
const overtaken: string[] = []
let people = 0

beforeAll(async () => {
  fleet = await startTestFleet()
  const port = String((await freePorts()).api)
  await fleet.start('api', { as: 'api-2', env: { API_PORT: port } })
  const there = `http://127.0.0.1:${port}`
  upstreams = [fleet.upstream, fleet.upstream.at(there)]
  operators = [fleet.operator, fleet.operator.at(there)]
})
afterAll(() => fleet.end())
afterEach(async () => {
  await fleet.simulatorLevers.delete('/faults')
  await waitUntil('all runs have ended', async () => (await fleet.database.prisma.run.count({ where: LIVE_ACCOUNTS })) === 0)
  const found = await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })
  expect(found).toEqual({ ...CLEAN, failed: overtaken.map((uuid) => `${uuid} DIRECTORY_REFUSED_DATA`) })
})

const LIVE_ACCOUNTS = { process: 'account-create', dueAt: { not: null } } as const

/** So many answers to the same question, asked at once and of both processes in turn. */
function atOnce(count: number, ask: (index: number) => Promise<ApiAnswer>): Promise<ApiAnswer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => ask(index)))
}

function oneOf(callers: readonly ApiCaller[], index: number): ApiCaller {
  const caller = callers[index % callers.length]
  if (!caller) throw new Error('Nobody can call.')
  return caller
}

const replay = (uuid: string) => (index: number) => oneOf(operators, index).post(`/azure-data-sync/${uuid}/replay`, { reason })
const cancel = (uuid: string) => (index: number) => oneOf(operators, index).post(`/azure-data-sync/${uuid}/cancel`, { reason })

async function post(count: number): Promise<string[]> {
  const uuids = await postStudents(fleet.upstream, students(count, people))
  people += count
  accepted.push(...uuids)
  return uuids
}

async function postOne(): Promise<string> {
  const [uuid = ''] = await post(1)
  return uuid
}

async function failedRun(): Promise<string> {
  await fleet.simulatorLevers.post('/faults', { match: CREATE, fault: REFUSED, times: 1 })
  const uuid = await postOne()
  await untilIs(uuid, 'failed')
  return uuid
}

function untilIs(uuid: string, status: string): Promise<void> {
  return waitUntil(`${uuid} is ${status}`, async () => (await fleet.database.ledger.find(uuid))?.status === status)
}

async function ordersOf(uuid: string, action: string): Promise<number> {
  const entries = await fleet.database.audit.list({ targetType: 'run', targetId: uuid, limit: 100 })
  return entries.filter((entry) => entry.action === action).length
}

function codesOf(answers: readonly ApiAnswer[], status: number): string[] {
  return [...new Set(answers.filter((answer) => answer.status === status).map(({ body }) => String(body.code)))].toSorted()
}

describe('orders at once', () => {
  test('fifty replays of one run begin it once, and 49 are told why not', async () => {
    const uuid = await failedRun()
    const answers = await atOnce(AT_ONCE, replay(uuid))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, ...Array(AT_ONCE - 1).fill(409)])
    expect(['RUN_CHANGED', 'RUN_NOT_ENDED']).toEqual(expect.arrayContaining(codesOf(answers, 409)))
    await untilIs(uuid, 'completed')
    expect(await ordersOf(uuid, 'run.replay')).toBe(1)
    expect(await fleet.database.prisma.runEvent.count({ where: { runUuid: uuid, operationType: 'REPLAYED' } })).toBe(1)
  })

  test('of 25 replays and 25 new requests for one person one is begun, whichever it is', async () => {
    const uuid = await failedRun()
    const body = student(people - 1)
    const answers = await atOnce(AT_ONCE, (index) =>
      index % 4 < 2 ? replay(uuid)(index) : oneOf(upstreams, index).post('/student-create', body),
    )
    const begun = answers.filter(({ status }) => status === 202).map((answer) => String(answer.body.uuid))
    expect(begun).toHaveLength(1)
    const [goesOn = ''] = begun
    if (goesOn !== uuid) {
      accepted.push(goesOn)
      overtaken.push(uuid)
    }
    await untilIs(goesOn, 'completed')
    const named = answers.filter(({ status }) => status === 200).map((answer) => String(answer.body.uuid))
    expect(named.filter((one) => one !== goesOn)).toEqual([])
  })

  test('fifty cancels of one run are one order, and a replay adopts the account that was being made', async () => {
    await fleet.simulatorLevers.delete('/counters')
    await fleet.simulatorLevers.post('/faults', { match: CREATE, fault: { kind: 'commitThenSlow', ms: 3_000 }, times: 1 })
    const uuid = await postOne()
    const fired = () => fleet.simulatorLevers.get<{ byFault: Readonly<Record<string, number>> }>('/counters')
    await waitUntil('the account is made', async () => (await fired()).byFault.commitThenSlow === 1, { everyMs: 10 })
    // The answer is not heard before all have pressed the button, however long a busy machine takes over fifty of them.
    const wake = await stall(fleet, 'worker-create')
    const answers = await atOnce(AT_ONCE, cancel(uuid)).finally(wake)
    expect(answers.map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(202))
    await untilIs(uuid, 'cancelled')
    expect(await ordersOf(uuid, 'run.cancel')).toBe(1)
    expect(await fleet.database.prisma.sysUser.count({ where: { runUuid: uuid } })).toBe(0)
    expect((await replay(uuid)(0)).status).toBe(202)
    await untilIs(uuid, 'completed')
  })
})

describe('a cancel that races the success of its run', () => {
  /** Each is cancelled or completed, whole; and whoever was told that his order came too late was told the truth. */
  async function expectWhole(uuids: readonly string[], answers: readonly ApiAnswer[]): Promise<string[]> {
    await waitUntil('all have ended', async () => (await fleet.database.prisma.run.count({ where: LIVE_ACCOUNTS })) === 0)
    const runs = new Map((await fleet.database.ledger.read([...uuids])).map((run) => [run.uuid, run]))
    const users = await fleet.database.prisma.sysUser.findMany({ where: { runUuid: { in: [...uuids] } }, select: { runUuid: true } })
    const made = new Set(users.map(({ runUuid }) => runUuid))
    const statuses = uuids.map((uuid) => runs.get(uuid)?.status)
    expect(statuses.filter((status) => status !== 'completed' && status !== 'cancelled')).toEqual([])
    expect(uuids.filter((uuid, index) => made.has(uuid) !== (statuses[index] === 'completed'))).toEqual([])
    expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([])
    expect(['RUN_ENDED']).toEqual(expect.arrayContaining(codesOf(answers, 409)))
    expect(uuids.filter((_, index) => answers[index]?.status === 409 && statuses[index] !== 'completed')).toEqual([])
    expect(await Promise.all(uuids.map((uuid) => ordersOf(uuid, 'run.cancel')))).toEqual(
      answers.map(({ status }) => (status === 202 ? 1 : 0)),
    )
    return uuids.filter((_, index) => statuses[index] === 'cancelled')
  }

  async function replayAll(uuids: readonly string[]): Promise<void> {
    const answers = await Promise.all(uuids.map((uuid, index) => replay(uuid)(index)))
    expect(answers.filter(({ status }) => status !== 202)).toEqual([])
    await Promise.all(uuids.map((uuid) => untilIs(uuid, 'completed')))
  }

  test('at whatever moment of its life ends it one way or the other, and every cancelled run can be replayed to its end', async () => {
    const chance = createChance()
    const uuids = await post(80)
    const answers = await Promise.all(
      uuids.map(async (uuid, index) => {
        await pause(chance.between(0, LIFE_MS))
        return cancel(uuid)(index)
      }),
    )
    const cancelled = await expectWhole(uuids, answers)
    expect(cancelled.length).toBeGreaterThan(0)
    await replayAll(cancelled)
  })

  test('in the moment of its last step is decided by the ledger', async () => {
    await fleet.simulatorLevers.post('/faults', {
      match: { method: 'POST', pathPattern: '/education/classes/*/members/$ref' },
      fault: { kind: 'slow', ms: 1_000 },
      times: 80,
    })
    const uuids = await post(40)
    const standing = (state: string) => fleet.database.prisma.run.count({ where: { uuid: { in: uuids }, state } })
    // Others have taken them over by then: a worker that stalls between its commit and its enqueue keeps a run waiting until reconcile comes by.
    const early = async () => (await standing('RESERVE_USERNAME')) + (await standing('AWAITING_USER_CREATE'))
    await waitUntil('all are with the directory', async () => (await early()) === 0, { everyMs: 20 })
    const wake = await stall(fleet, 'worker-persist')
    try {
      // On a slow machine some may have come through before.
      const there = async () => (await standing('USER_NEISPUO_PERSIST')) + (await standing('COMPLETED'))
      await waitUntil('all stand before their last step', async () => (await there()) === uuids.length)
    } finally {
      wake()
    }
    const answers = await Promise.all(uuids.map((uuid, index) => cancel(uuid)(index)))
    await replayAll(await expectWhole(uuids, answers))
  })
})
