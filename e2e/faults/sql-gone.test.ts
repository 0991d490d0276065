// SQL is gone for 20 seconds while five runs are at the last try that their state allows. An unreachable ledger counts against nobody: what was
// done outside is found again, what failed is tried again, and only what fails when SQL is back has failed.
import { setTimeout as pause } from 'node:timers/promises'
import { queueName, queuePrefix, retryPolicies } from '@rollcall/engine'
import { accountCreate } from '@rollcall/provisioning'
import { Queue } from 'bullmq'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import type { ApiAnswer } from '../support/call-api.ts'
import { student } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { type FleetThatLosesSql, sqlOutages } from '../support/sql-outages.ts'
import { stall } from '../support/stall.ts'
import type { TestFleet } from '../support/start-test-fleet.ts'
import { untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'

const OUTAGE_MS = 20_000
/** A try that began before this has given up waiting for SQL when the outage is over. */
const MEND_DIRECTORY_AFTER_MS = 12_000
const LAST = {
  create: accountCreate.states.AWAITING_USER_CREATE.retry.attempts - 1,
  persist: retryPolicies.database.attempts - 1,
} as const
/** Longer than it takes to bring the others to their places, on whatever machine. */
const NOT_NOW_MS = 600_000
const CREATE = { method: 'POST', pathPattern: '/education/users' } as const

const PEOPLE = {
  made: student(1),
  refused: student(2),
  refusedForGood: student(3),
  persisted: student(4),
  reserved: student(5),
  late: student(6),
}
type Who = keyof typeof PEOPLE

describe.each(sqlOutages)('when $title for 20 seconds', ({ start }) => {
  let sql: FleetThatLosesSql
  let fleet: TestFleet
  let refusal: ApiAnswer
  /** How often the directory refused a create while SQL was away. */
  let refusedMeanwhile = 0
  const uuids = new Map<Who, string>()
  const uuidOf = (who: Who) => uuids.get(who) ?? ''

  beforeAll(async () => {
    sql = await start()
    fleet = sql.fleet
    const wakePersist = await bringToLastTry()
    const mend = sql.loseSql()
    const since = Date.now()
    wakePersist()
    refusal = await fleet.upstream.post('/student-create', PEOPLE.late)
    const refusedBefore = await timesOf('error')
    await pause(since + MEND_DIRECTORY_AFTER_MS - Date.now())
    refusedMeanwhile = (await timesOf('error')) - refusedBefore
    await fleet.simulatorLevers.delete('/faults')
    await refuse('refusedForGood')
    await pause(since + OUTAGE_MS - Date.now())
    mend()
    await post('late')
    await untilEnded(fleet.database, { count: Object.keys(PEOPLE).length })
  }, 120_000)
  afterAll(() => sql.end())

  async function post(who: Who): Promise<void> {
    const [uuid = ''] = await postStudents(fleet.upstream, [PEOPLE[who]])
    uuids.set(who, uuid)
  }

  /** All but the late one. On return the account of `made` stands, and its answer is on the way. Answers how to wake worker-persist. */
  async function bringToLastTry(): Promise<() => void> {
    const creates = ['made', 'refused', 'refusedForGood'] as const
    const wakeCreate = await stall(fleet, 'worker-create')
    for (const who of creates) await post(who)
    for (const who of creates) await standsIn(who, 'AWAITING_USER_CREATE')
    for (const who of creates) await setTry({ who, attempt: LAST.create, dueAt: Date.now() + NOT_NOW_MS })
    wakeCreate()

    await fleet.simulatorLevers.post('/faults', {
      match: { method: 'POST', pathPattern: '/education/classes/*/members/$ref' },
      fault: { kind: 'slow', ms: 1_500 },
    })
    await post('persisted')
    await fired('slow')
    const wakePersist = await stall(fleet, 'worker-persist')
    await standsIn('persisted', 'USER_NEISPUO_PERSIST')
    await post('reserved')
    for (const who of ['persisted', 'reserved'] as const) await setTry({ who, attempt: LAST.persist })
    await fleet.simulatorLevers.delete('/faults')

    const match = { ...CREATE, bodyContains: PEOPLE.made.personId }
    await fleet.simulatorLevers.post('/faults', { match, fault: { kind: 'commitThenSlow', ms: 3_000 }, times: 1 })
    await refuse('refused')
    await refuse('refusedForGood')
    const at = Date.now()
    // So that the other two are refused when SQL is gone already.
    for (const who of creates) await setTry({ who, attempt: LAST.create, dueAt: who === 'made' ? at : at + 4_000 })
    await fired('commitThenSlow', lookNow)
    return wakePersist
  }

  async function refuse(who: Who): Promise<void> {
    const match = { ...CREATE, bodyContains: PEOPLE[who].personId }
    await fleet.simulatorLevers.post('/faults', { match, fault: { kind: 'error', status: 400, code: 'BadRequest' } })
  }

  async function fired(fault: string, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    const hasFired = async () => {
      await meanwhile()
      return (await timesOf(fault)) > 0
    }
    await waitUntil(`the fault ${fault} has fired`, hasFired, { everyMs: 10 })
  }

  /** Whoever was told to come back in ten minutes looks into the ledger now, and finds when he is due. */
  async function lookNow(): Promise<void> {
    const name = queueName({ process: accountCreate.name, state: 'AWAITING_USER_CREATE' })
    const queue = new Queue(name, { connection: { url: fleet.redisUrl }, prefix: queuePrefix('rollcall', name) })
    await queue.promoteJobs()
    await queue.close()
  }

  async function timesOf(fault: string): Promise<number> {
    const { byFault } = await fleet.simulatorLevers.get<{ byFault: Readonly<Record<string, number>> }>('/counters')
    return byFault[fault] ?? 0
  }

  async function standsIn(who: Who, state: string): Promise<void> {
    const uuid = uuidOf(who)
    await waitUntil(`${who} stands in ${state}`, async () => (await fleet.database.ledger.find(uuid))?.state === state)
  }

  async function setTry({ who, attempt, dueAt }: { who: Who; attempt: number; dueAt?: number }): Promise<void> {
    const data = { attempt, ...(dueAt !== undefined && { dueAt: new Date(dueAt) }) }
    await fleet.database.prisma.run.update({ where: { uuid: uuidOf(who) }, data })
  }

  async function failuresOf(who: Who) {
    const history = await fleet.database.ledger.history(uuidOf(who))
    return history.filter(({ status }) => status === 'failed')
  }

  test('an account that was made at the last try is found again', async () => {
    const run = await fleet.database.ledger.find(uuidOf('made'))
    expect(run).toMatchObject({ completion: 'full', errorCode: null, result: { AWAITING_USER_CREATE: { adopted: true } } })
    expect(await failuresOf('made')).toEqual([])
  })

  test('a last try that failed meanwhile is made again, and succeeds', async () => {
    expect(refusedMeanwhile).toBeGreaterThanOrEqual(2)
    expect(await fleet.database.ledger.find(uuidOf('refused'))).toMatchObject({ completion: 'full', errorCode: null })
    expect(await failuresOf('refused')).toEqual([])
  })

  test('a last try that still fails when SQL is back fails its run, once', async () => {
    expect(await fleet.database.ledger.find(uuidOf('refusedForGood'))).toMatchObject({
      state: 'FAILED',
      errorCode: 'DIRECTORY_UNEXPECTED',
    })
    expect(await failuresOf('refusedForGood')).toMatchObject([{ version: 2, attempt: LAST.create, errorCode: 'DIRECTORY_UNEXPECTED' }])
  })

  test.each(['persisted', 'reserved'] as const)('a last write to SQL itself is made again: %s', async (who) => {
    expect(await fleet.database.ledger.find(uuidOf(who))).toMatchObject({ completion: 'full', errorCode: null })
    expect(await failuresOf(who)).toEqual([])
  })

  test('the API says that it can accept nothing, and when to come back', () => {
    expect([refusal.status, refusal.body.code]).toEqual([503, 'LEDGER_UNAVAILABLE'])
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('every request that was accepted is accounted for, and nobody is made twice', async () => {
    const { database, redisUrl: redis, simulatorLevers: simulator } = fleet
    expect(await database.prisma.run.count({ where: { process: accountCreate.name } })).toBe(uuids.size)
    expect(await audit({ accepted: [...uuids.values()], database, simulator, redis })).toEqual({
      ...CLEAN,
      failed: [`${uuidOf('refusedForGood')} DIRECTORY_UNEXPECTED`],
    })
  })
})
