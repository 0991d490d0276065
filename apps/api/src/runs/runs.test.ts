import { createEvent, createIds, type JsonObject, prepareRun } from '@rollcall/engine'
import { canary } from '@rollcall/platform'
import { type Answer, testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { student, students, teacher } from '../test-support/people.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

const reason = 'The school is in the directory now.'
const operator = { as: 'operator' } as const

async function begun(body: object = student): Promise<string> {
  return (await test.post('/student-create', body)).body.uuid
}

/** Lets a run fail in a state, as the engine writes it. */
async function fail(uuid: string, { state = 'AWAITING_ENROLLMENT', ending = 'FAILED' } = {}): Promise<void> {
  const run = await test.database.ledger.find(uuid)
  if (!run) throw new Error(`No run ${uuid}.`)
  const newId = createIds(test.clock)
  const status = ending === 'FAILED' ? 'failed' : 'cancelled'
  const event = createEvent({
    id: newId(),
    at: test.clock.now(),
    run: { ...run, state },
    operationType: 'SUBMITTED_AZURE_ENROLLMENT_REQUEST',
    status: ending === 'FAILED' ? 'failed' : 'note',
    submitted: { schoolId: '2902418', password: 'Tajna-1234' },
    durationMs: 17,
  })
  const late = { ...event, id: newId(), version: 0, state: 'RESERVE_USERNAME', status: 'superseded' as const }
  await test.database.ledger.commit([
    {
      ...run,
      expectedVersion: run.version,
      expectedAttempt: null,
      state: ending,
      status,
      version: run.version + 1,
      dueAt: null,
      lastOperationStatus: 'failed',
      errorCode: 'SCHOOL_NOT_IN_DIRECTORY',
      errorMessage: 'The directory has no such school.',
      liveKey: uuid,
      updatedAt: test.clock.now(),
      events: [event],
    },
  ])
  await test.database.ledger.append(late)
}

describe('a run', () => {
  it('is shown with its history in the shape of the source document', async () => {
    const uuid = await begun()
    await fail(uuid)
    const { status, body } = await test.get(`/azure-data-sync/${uuid.toUpperCase()}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      uuid,
      type: 'CREATE_NEISPUO_STUDENT',
      state: 'FAILED',
      status: 'failed',
      inputArgs: { kind: 'student', ...student },
      pollingUuid: null,
      resultObject: {},
      lastOperationStatus: 'failed',
      errorCode: 'SCHOOL_NOT_IN_DIRECTORY',
      personId: '0100231',
      schoolId: '2902418',
      createdAt: '2026-09-01T08:00:00.000Z',
      dueAt: null,
    })
    expect(body.objectHistory).toContainEqual({
      createdAt: '2026-09-01T08:00:00.000Z',
      operationType: 'SUBMITTED_AZURE_ENROLLMENT_REQUEST',
      submittedData: { schoolId: '2902418', password: '[redacted]' },
      receivedData: null,
      status: 'failed',
      state: 'AWAITING_ENROLLMENT',
      version: 1,
      attempt: 0,
      durationMs: 17,
      count: null,
      errorCode: null,
      errorMessage: null,
    })
  })

  it('that does not exist is 404', async () => {
    const answer = await test.get('/azure-data-sync/0199a1f4-5c00-7000-8000-00000000a001')
    expect(answer).toMatchObject({ status: 404, body: { code: 'RUN_NOT_FOUND' } })
  })
})

describe('the list', () => {
  const uuids = ({ body }: Answer): string[] => body.runs.map(({ uuid }: { uuid: string }) => uuid)

  it('is paged, newest first, without holes or repetitions while runs are added', async () => {
    await test.post('/student-create', students(7))
    const first = await test.get('/azure-data-sync?limit=3')
    await begun()
    const second = await test.get(`/azure-data-sync?limit=3&cursor=${first.body.nextCursor}`)
    const third = await test.get(`/azure-data-sync?limit=3&cursor=${second.body.nextCursor}`)
    const seen = [first, second, third].flatMap(uuids)
    expect(new Set(seen).size).toBe(7)
    expect(seen).toEqual([...seen].sort().reverse())
    expect(third.body.nextCursor).toBeNull()
  })

  it('shows no input and no history', async () => {
    await begun()
    const { body } = await test.get('/azure-data-sync')
    expect(JSON.stringify(body)).not.toContain(student.firstName)
  })

  it('is narrowed by every filter', async () => {
    const failed = await begun()
    await fail(failed)
    test.clock.moveTo(test.clock.now() + 3_600_000)
    const { body } = await test.post('/teacher-create', [{ ...teacher, personId: 'T1', schoolId: '17' }])
    const live = body.results[0].uuid
    const only = async (query: string) => uuids(await test.get(`/azure-data-sync?${query}`))
    for (const query of [
      'state=FAILED',
      'status=failed',
      'personId=0100231',
      'schoolId=2902418',
      'errorCode=SCHOOL_NOT_IN_DIRECTORY',
      'createdTo=2026-09-01T09:00:00Z',
      'createdFrom=2026-09-01T10:00:00%2B02:00&status=failed',
    ]) {
      expect(await only(query), query).toEqual([failed])
    }
    for (const query of ['status=new', `groupUuid=${body.groupUuid}`, 'schoolId=17', 'createdFrom=2026-09-01T09:00:00Z']) {
      expect(await only(query), query).toEqual([live])
    }
    expect(await only('process=account-create')).toEqual([live, failed])
    expect(await only('process=canary')).toEqual([])
  })

  it('leaves the canary out, unless it is asked for by name', async () => {
    const newId = createIds(test.clock)
    const own = { groupUuid: newId(), requestedBy: 'test', priority: 1, now: test.clock.now(), newId }
    const run = prepareRun({ process: canary, input: { fleet: 'test' }, ...own })
    await test.database.ledger.accept({ groupUuid: own.groupUuid, request: null, runs: [run] })
    expect(uuids(await test.get('/azure-data-sync'))).toEqual([])
    expect(uuids(await test.get('/azure-data-sync?process=canary'))).toEqual([run.uuid])
  })
})

describe('replay', () => {
  it('starts a failed run again from where it failed, with an audit row', async () => {
    const uuid = await begun()
    await fail(uuid)
    const answer = await test.post(`/azure-data-sync/${uuid}/replay`, { reason }, operator)
    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/azure-data-sync/${uuid}` },
      body: { uuid, state: 'AWAITING_ENROLLMENT', status: 'in_progress', version: 3, errorCode: null },
    })
    const audit = await test.database.audit.list({ targetType: 'run', targetId: uuid, limit: 10 })
    expect(audit).toMatchObject([{ actor: 'operator of the tests', action: 'run.replay', reason }])
    const queue = test.dispatcher.queues.get('account-create.AWAITING_ENROLLMENT')
    expect(await queue?.getJob(`${uuid}-3`)).toBeDefined()
  })

  it('starts a cancelled run again from where it was cancelled', async () => {
    const uuid = await begun()
    await fail(uuid, { state: 'POLL_USER_CREATE', ending: 'CANCELLED' })
    const { body } = await test.post(`/azure-data-sync/${uuid}/replay`, { reason }, operator)
    expect(body).toMatchObject({ state: 'POLL_USER_CREATE', version: 3 })
  })

  it('takes an earlier state that the process allows, and no other', async () => {
    const uuid = await begun()
    await fail(uuid)
    const replay = (fromState: string) => test.post(`/azure-data-sync/${uuid}/replay`, { reason, fromState }, operator)
    expect(await replay('USER_NEISPUO_PERSIST')).toMatchObject({ status: 422, body: { code: 'STATE_NOT_REPLAYABLE' } })
    expect(await replay('NO_SUCH_STATE')).toMatchObject({ status: 422, body: { code: 'STATE_NOT_REPLAYABLE' } })
    expect(await replay('AWAITING_USER_CREATE')).toMatchObject({ status: 202, body: { state: 'AWAITING_USER_CREATE' } })
  })

  it('takes corrected fields, null for none, and keeps the others', async () => {
    const uuid = await begun()
    await fail(uuid)
    const input = { schoolId: '17', classIds: [], middleName: null }
    expect((await test.post(`/azure-data-sync/${uuid}/replay`, { reason, input }, operator)).status).toBe(202)
    const { middleName: _gone, ...kept } = student
    expect((await test.database.ledger.find(uuid))?.input).toEqual({ kind: 'student', ...kept, schoolId: '17', classIds: [] })
  })

  it.each<[string, JsonObject, string[]]>([
    ['not valid', { birthDate: '2015-02-29', colour: 'red' }, ['/input/birthDate', '/input/colour']],
    ['not complete', { grade: null }, ['/input/grade']],
  ])('refuses corrected input that is %s', async (_what, input, pointers) => {
    const uuid = await begun()
    await fail(uuid)
    const { status, body } = await test.post(`/azure-data-sync/${uuid}/replay`, { reason, input }, operator)
    expect(status).toBe(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers)
    expect(await test.rows()).not.toHaveProperty('auditLog')
  })

  it('refuses input about somebody else, a live run and a person whom another run has taken', async () => {
    const uuid = await begun()
    const replay = (body: object = { reason }) => test.post(`/azure-data-sync/${uuid}/replay`, body, operator)
    expect(await replay()).toMatchObject({ status: 409, body: { code: 'RUN_NOT_ENDED' } })
    await fail(uuid)
    expect(await replay({ reason, input: { personId: 'Z9' } })).toMatchObject({ status: 422, body: { code: 'REPLAY_CHANGES_SUBJECT' } })
    const asTeacher = { kind: 'teacher', grade: null }
    expect(await replay({ reason, input: asTeacher })).toMatchObject({ status: 422, body: { code: 'REPLAY_CHANGES_SUBJECT' } })
    const other = await begun()
    const taken = await replay()
    expect(taken).toMatchObject({ status: 409, body: { code: 'RUN_KEY_TAKEN' } })
    expect(taken.body.detail).toContain(other)
  })

  it.each([{}, { reason: '' }, { reason: '   ' }, { reason: 'x'.repeat(501) }, { reason: 7 }])('asks for a reason: %j', async (body) => {
    const uuid = await begun()
    await fail(uuid)
    const answer = await test.post(`/azure-data-sync/${uuid}/replay`, body, operator)
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/reason' }] } })
    expect((await test.database.ledger.find(uuid))?.status).toBe('failed')
  })
})

describe('cancel', () => {
  it('marks a live run once, with an audit row', async () => {
    const uuid = await begun()
    const cancel = () => test.post(`/azure-data-sync/${uuid}/cancel`, { reason }, operator)
    expect(await cancel()).toMatchObject({ status: 202, body: { uuid, cancelRequestedAt: '2026-09-01T08:00:00.000Z' } })
    test.clock.moveTo(test.clock.now() + 1_000)
    expect(await cancel()).toMatchObject({ status: 202, body: { cancelRequestedAt: '2026-09-01T08:00:00.000Z' } })
    const audit = await test.database.audit.list({ targetType: 'run', targetId: uuid, limit: 10 })
    expect(audit).toMatchObject([{ actor: 'operator of the tests', action: 'run.cancel', reason }])
  })

  it('refuses a run that has ended and one that does not exist', async () => {
    const uuid = await begun()
    await fail(uuid)
    const ended = await test.post(`/azure-data-sync/${uuid}/cancel`, { reason }, operator)
    expect(ended).toMatchObject({ status: 409, body: { code: 'RUN_ENDED' } })
    const unknown = await test.post('/azure-data-sync/0199a1f4-5c00-7000-8000-00000000a001/cancel', { reason }, operator)
    expect(unknown).toMatchObject({ status: 404, body: { code: 'RUN_NOT_FOUND' } })
    expect(await test.rows()).not.toHaveProperty('auditLog')
  })
})

describe('a group', () => {
  it('is counted by state and status', async () => {
    const { body } = await test.post('/student-create', students(3))
    await fail(body.results[0].uuid)
    const group = await test.get(`/groups/${body.groupUuid}`)
    expect(group.body).toEqual({
      groupUuid: body.groupUuid,
      total: 3,
      byStatus: { new: 2, failed: 1 },
      counts: expect.arrayContaining([
        { state: 'RESERVE_USERNAME', status: 'new', completion: null, count: 2 },
        { state: 'FAILED', status: 'failed', completion: null, count: 1 },
      ]),
      runs: `/azure-data-sync?groupUuid=${body.groupUuid}`,
    })
    expect((await test.get(group.body.runs)).body.runs).toHaveLength(3)
  })

  it('that does not exist is 404', async () => {
    const answer = await test.get('/groups/0199a1f4-5c00-7000-8000-00000000a001')
    expect(answer).toMatchObject({ status: 404, body: { code: 'GROUP_NOT_FOUND' } })
  })
})
