// Many accounts fail for one reason; an operator counts them, mends the reason and replays them together, through the real interface.
import { DatabaseSync } from 'node:sqlite'
import { isBulk } from '@rollcall/engine'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit, CLEAN } from './support/audit.ts'
import type { ApiAnswer } from './support/call-api.ts'
import { CLASSES, SCHOOL, student } from './support/people.ts'
import { postStudents } from './support/post-students.ts'
import { startTestFleet, type TestFleet } from './support/start-test-fleet.ts'
import { waitUntil } from './support/wait-until.ts'

const reason = 'The class and the data are right now.'
const NEW_CLASS = '771299'
const REFUSE_ACCOUNTS = {
  match: { method: 'POST', pathPattern: '/education/users' },
  fault: { kind: 'error', status: 400, code: 'Request_BadRequest' },
}

let fleet: TestFleet
let accepted: string[] = []
/** The one that stays failed, since a later request has done its work. */
let superseded = ''
let unenrolled = ''
beforeAll(async () => {
  fleet = await startTestFleet()
})
afterAll(() => fleet.end())

/** Pupils of a class that nobody made, whose accounts the directory refuses. */
async function failedPupils(count: number, from: number): Promise<string[]> {
  await fleet.simulatorLevers.post('/faults', REFUSE_ACCOUNTS)
  const pupils = Array.from({ length: count }, (_, index) => student(from + index, { classIds: [CLASSES[0], NEW_CLASS] }))
  const uuids = await postStudents(fleet.upstream, pupils)
  accepted = [...accepted, ...uuids]
  await waitUntil(`${count} runs have failed`, async () => (await countRuns(uuids, 'failed')) === count)
  return uuids
}

async function mend(): Promise<void> {
  await fleet.simulatorLevers.delete('/faults')
  await fleet.simulatorLevers.post('/seed', { classes: [{ externalId: NEW_CLASS, schoolExternalId: SCHOOL }] })
}

function countRuns(uuids: readonly string[], status: string): Promise<number> {
  return fleet.database.prisma.run.count({ where: { uuid: { in: [...uuids] }, status } })
}

const order = (body: object, headers = {}) => fleet.operator.post('/replays', { reason, ...body }, headers)

async function untilEnded(answer: ApiAnswer): Promise<ApiAnswer['body']> {
  expect(answer.status).toBe(202)
  const path = String(answer.headers.get('location'))
  await waitUntil(`${path} has ended`, async () => ['completed', 'failed'].includes(String((await fleet.reader.get(path)).body.status)))
  return (await fleet.reader.get(path)).body
}

test('30 pupils fail for one reason, are counted, mended and replayed together; each is accounted for', async () => {
  const uuids = await failedPupils(30, 0)
  const filter = { process: 'account-create', state: 'AWAITING_USER_CREATE', errorCode: 'DIRECTORY_REFUSED_DATA', schoolId: SCHOOL }
  expect(await order({ filter, dryRun: true })).toMatchObject({
    status: 200,
    body: {
      count: 30,
      notReplayable: 0,
      byErrorCode: [{ value: 'DIRECTORY_REFUSED_DATA', count: 30 }],
      bySchool: [{ value: SCHOOL, count: 30 }],
    },
  })
  expect(await fleet.reader.post('/replays', { filter, reason, dryRun: true })).toMatchObject({ status: 403 })
  expect(await order({ filter, expectedCount: 29 })).toMatchObject({ status: 409, body: { code: 'COHORT_CHANGED', count: 30 } })

  await mend()
  // One of them was asked for again, and that request has done the work meanwhile.
  const { body: again } = await fleet.upstream.post('/student-create', student(0, { classIds: [NEW_CLASS] }))
  accepted = [...accepted, String(again.uuid)]
  await waitUntil('the second request has completed', async () => (await countRuns([String(again.uuid)], 'completed')) === 1)

  const begun = await order({ filter, expectedCount: 30 })
  const ended = await untilEnded(begun)
  expect(ended).toMatchObject({
    status: 'completed',
    completion: 'partial',
    filter: { status: 'failed', ...filter },
    reason,
    count: 30,
    selected: 30,
    outcomes: { pending: 0, replayed: 29, refused: 1 },
    refusals: [{ errorCode: 'RUN_KEY_TAKEN', count: 1 }],
  })
  const path = String(begun.headers.get('location'))
  await waitUntil('all that were replayed have completed', async () => (await countRuns(uuids, 'completed')) === 29)
  expect((await fleet.reader.get(path)).body.replayedNow).toEqual({ live: 0, completed: 29, failed: 0, cancelled: 0, gone: 0 })
  expect((await fleet.reader.get(`${path}/items?outcome=refused`)).body.items).toMatchObject([
    { runUuid: uuids[0], errorCode: 'RUN_KEY_TAKEN', run: { status: 'failed' } },
  ])
  expect((await fleet.upstream.get(path)).status).toBe(403)

  const runs = await fleet.database.ledger.read(uuids.slice(1))
  expect(runs.every(({ completion, priority }) => completion === 'full' && isBulk(priority))).toBe(true)
  const [entry] = await fleet.database.audit.list({ targetType: 'run', targetId: String(uuids[1]), limit: 9 })
  expect(entry).toMatchObject({ action: 'run.replay', reason, details: { cohortUuid: ended.uuid } })
  superseded = `${uuids[0]} DIRECTORY_REFUSED_DATA`
})

test('kill -9 of worker-sync in the middle replays nobody twice and forgets nobody', async () => {
  const uuids = await failedPupils(150, 100)
  await mend()
  const headers = { 'idempotency-key': 'the-class-of-150' }
  const group = (await fleet.database.ledger.find(uuids[0] ?? ''))?.groupUuid
  const body = { filter: { groupUuid: group }, expectedCount: 150 }
  const begun = await order(body, headers)
  expect(begun.status).toBe(202)
  const cohortUuid = String(begun.body.uuid)
  const replayed = () => fleet.database.prisma.cohortItem.count({ where: { cohortUuid, outcome: 'replayed' } })
  await waitUntil('some are replayed', async () => (await replayed()) >= 10, { everyMs: 5 })
  const unlock = lockDatabase()
  const atDeath = await replayed()
  await fleet.app('worker-sync').kill()
  unlock()
  expect(atDeath).toBeLessThan(150)
  await fleet.restart('worker-sync')

  expect(await untilEnded(begun)).toMatchObject({ completion: 'full', outcomes: { pending: 0, replayed: 150, refused: 0 } })
  // Whose job was under way to the queue when the worker died is put back by the next one.
  await waitUntil('all have completed', async () => (await countRuns(uuids, 'completed')) === 150)
  const replays = await fleet.database.prisma.runEvent.count({ where: { runUuid: { in: uuids }, operationType: 'REPLAYED' } })
  expect(replays).toBe(150)

  const repeated = await order(body, headers)
  expect([repeated.status, repeated.body, repeated.headers.get('idempotency-replayed')]).toEqual([202, begun.body, 'true'])
  expect(await fleet.database.prisma.run.count({ where: { process: 'replay-cohort' } })).toBe(2)
})

test('a pupil whose enrolment was given up is enrolled by a replay of the run that tries again', async () => {
  const classId = '771300'
  const [uuid = ''] = await postStudents(fleet.upstream, [student(500, { classIds: [classId] })])
  accepted = [...accepted, uuid]
  unenrolled = uuid
  const user = () => fleet.database.prisma.sysUser.findFirst({ where: { runUuid: uuid } })
  await waitUntil('the account stands outside its class', async () => (await user())?.enrollmentStatus === 'PENDING')
  const ladder = await fleet.database.prisma.run.findFirst({ where: { process: 're-enroll' } })
  // Its next rung is a quarter of an hour away: the operator takes it off the ladder and lets it try now.
  await fleet.operator.post(`/azure-data-sync/${ladder?.uuid}/cancel`, { reason })
  await waitUntil('it is off the ladder', async () => (await countRuns([String(ladder?.uuid)], 'cancelled')) === 1)
  await fleet.simulatorLevers.post('/seed', { classes: [{ externalId: classId, schoolExternalId: SCHOOL }] })
  // Which would believe for half a minute that the class is missing.
  await fleet.app('worker-create').stop()
  await fleet.restart('worker-create')

  const filter = { process: 're-enroll', status: 'cancelled', state: 'AWAITING_RE_ENROLLMENT' }
  expect((await order({ filter, dryRun: true })).body.count).toBe(1)
  expect(await untilEnded(await order({ filter, expectedCount: 1 }))).toMatchObject({ completion: 'full' })
  await waitUntil('the pupil is enrolled', async () => (await user())?.enrollmentStatus === 'ENROLLED')
})

test('afterwards ledger, users and directory tell one story', async () => {
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual({
    ...CLEAN,
    failed: [superseded],
    // Enrolled since, by a run of its own.
    partial: [unenrolled],
  })
})

/** Nobody else can write to the database until the returned function is called. */
function lockDatabase(): () => void {
  const file = new DatabaseSync(fleet.databaseUrl.replace(/^file:/, ''))
  file.exec('PRAGMA busy_timeout = 5000')
  file.exec('BEGIN IMMEDIATE')
  return () => {
    file.exec('ROLLBACK')
    file.close()
  }
}
