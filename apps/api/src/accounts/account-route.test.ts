import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { student, students, teacher } from '../test-support/people.ts'
import { persistAccount } from '../test-support/persist-account.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

const aUuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)

describe('one person', () => {
  it('is written down, enqueued and answered 202', async () => {
    const { status, headers, body } = await test.post('/student-create', student)
    expect(status).toBe(202)
    expect(body).toEqual({ uuid: aUuid, groupUuid: aUuid, state: 'RESERVE_USERNAME', status: 'new' })
    expect(headers.location).toBe(`/azure-data-sync/${body.uuid}`)
    expect(await test.database.ledger.find(body.uuid)).toMatchObject({
      type: 'CREATE_NEISPUO_STUDENT',
      input: { kind: 'student', ...student },
      subjectId: '0100231',
      scopeId: '2902418',
      requestedBy: 'upstream of the tests',
      priority: 1,
    })
    const queue = test.dispatcher.queues.get('account-create.RESERVE_USERNAME')
    expect(await queue?.getJob(`${body.uuid}-1`)).toMatchObject({ data: { uuid: body.uuid, version: 1 } })
  })

  it('is a teacher at /teacher-create', async () => {
    const { status, body } = await test.post('/teacher-create', teacher)
    expect(status).toBe(202)
    expect(await test.database.ledger.find(body.uuid)).toMatchObject({
      type: 'CREATE_NEISPUO_TEACHER',
      input: { kind: 'teacher', ...teacher },
    })
  })

  it('is answered 200 with the live run, and 409 at the other address', async () => {
    const first = await test.post('/student-create', student)
    const again = await test.post('/student-create', { ...student, grade: '6' })
    expect(again).toMatchObject({ status: 200, body: first.body, headers: { location: `/azure-data-sync/${first.body.uuid}` } })
    const asTeacher = await test.post('/teacher-create', teacher)
    expect(asTeacher).toMatchObject({
      status: 409,
      body: { code: 'PERSON_IN_CREATION_AS_OTHER_KIND', uuid: first.body.uuid, status: 409 },
    })
    expect(await test.rows()).toEqual({ run: 1 })
  })

  it('is answered 409 with the id of the live account', async () => {
    await persistAccount(test, '0100231')
    const before = await test.rows()
    const { status, headers, body } = await test.post('/student-create', student)
    expect(status).toBe(409)
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(body).toMatchObject({ code: 'ACCOUNT_EXISTS', sysUserId: expect.any(String) })
    expect(await test.rows()).toEqual(before)
  })

  it('becomes one run, however many ask for it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => test.post('/student-create', student)))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(49).fill(200), 202])
    expect(new Set(answers.map(({ body }) => body.uuid)).size).toBe(1)
    expect(await test.rows()).toEqual({ run: 1 })
  })
})

describe('an array', () => {
  it('is one group with a result per item', async () => {
    const { status, body } = await test.post('/student-create', students(3))
    expect(status).toBe(202)
    expect(body).toEqual({
      groupUuid: aUuid,
      results: [0, 1, 2].map((index) => ({
        index,
        status: 202,
        uuid: aUuid,
        groupUuid: body.groupUuid,
        state: 'RESERVE_USERNAME',
        runStatus: 'new',
      })),
    })
    const group = await test.get(`/groups/${body.groupUuid}`)
    expect(group.body).toMatchObject({ total: 3, byStatus: { new: 3 } })
  })

  it('of one item is answered as an array', async () => {
    const { status, body } = await test.post('/student-create', [student])
    expect(status).toBe(202)
    expect(body.results).toHaveLength(1)
  })

  it('takes 1,000 items, and lets a school with many runs wait behind others', async () => {
    const { status, body } = await test.post('/student-create', [...students(999), { ...student, personId: 'other', schoolId: '17' }])
    expect(status).toBe(202)
    expect(body.results.filter((result: { status: number }) => result.status === 202)).toHaveLength(1_000)
    const priorities = await test.database.prisma.run.findMany({ select: { priority: true, scopeId: true }, orderBy: { uuid: 'asc' } })
    const ofSchool = priorities.filter(({ scopeId }) => scopeId === '2902418').map(({ priority }) => priority)
    expect([ofSchool[0], ofSchool[19], ofSchool[20], ofSchool[998]]).toEqual([1_001, 1_001, 1_002, 1_050])
    expect(priorities.at(-1)).toEqual({ priority: 1_001, scopeId: '17' })
  })

  it('counts the open runs that its school has already, whatever request began them', async () => {
    await test.post('/student-create', students(60))
    const one = { ...student, personId: 'other-1' }
    const { body } = await test.post('/student-create', one)
    expect(await test.database.ledger.find(body.uuid)).toMatchObject({ priority: 1 + 3 })
    const elsewhere = await test.post('/student-create', { ...student, personId: 'other-2', schoolId: '17' })
    expect(await test.database.ledger.find(elsewhere.body.uuid)).toMatchObject({ priority: 1 })
    const array = await test.post('/student-create', [{ ...student, personId: 'other-3' }])
    expect(await test.database.ledger.find(array.body.results[0].uuid)).toMatchObject({ priority: 1_001 + 3 })
  })

  it('refuses an invalid item alone', async () => {
    const { status, body } = await test.post('/student-create', [student, { ...student, personId: 7 }, null])
    expect(status).toBe(202)
    expect(body.results.map((result: { status: number }) => result.status)).toEqual([202, 422, 422])
    expect(body.results[1].problem).toMatchObject({
      code: 'INVALID_BODY',
      errors: [{ in: 'body', pointer: '/1/personId', path: '[1].personId', expected: 'string', received: 'number' }],
    })
    expect(body.results[2].problem.errors).toMatchObject([{ pointer: '/2', expected: 'object', received: 'null' }])
    expect(await test.rows()).toEqual({ run: 1 })
  })

  it('lists 10,000 wrong fields over all items, and at least one of each item', async () => {
    const wrong = { ...student, ...Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`x${index}`, 0])) }
    const items = [student, ...Array.from({ length: 20 }, () => wrong)]
    const { body } = await test.post('/student-create', items)
    const problems = body.results.slice(1).map((result: { problem: object }) => result.problem)
    expect(problems.map(({ errors }: { errors: unknown[] }) => errors.length)).toEqual([...Array(11).fill(900), 100, ...Array(8).fill(1)])
    expect(problems[0]).not.toHaveProperty('errorsOmitted')
    expect(problems.at(-1)).toMatchObject({ detail: '900 fields are wrong.', errorsOmitted: 899 })
    const refused = await test.post('/student-create', items.slice(1))
    expect(refused.body).toMatchObject({ status: 422, detail: '18,000 fields are wrong.', errorsOmitted: 17_000 })
  })

  it('is refused whole if every item is invalid', async () => {
    const { status, body } = await test.post('/student-create', [{ ...student, grade: '' }, {}])
    expect(status).toBe(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/0/grade',
      '/1/personId',
      '/1/firstName',
      '/1/lastName',
      '/1/birthDate',
      '/1/schoolId',
      '/1/grade',
      '/1/classIds',
    ])
    expect(await test.rows()).toEqual({})
  })

  it('takes a person named twice once and points the second at the first', async () => {
    const { body } = await test.post('/student-create', [student, { ...student, firstName: 'Яна' }])
    expect(body.results).toMatchObject([
      { status: 202, uuid: body.results[0].uuid },
      { status: 200, uuid: body.results[0].uuid },
    ])
    expect(await test.rows()).toEqual({ run: 1 })
  })

  it('is answered 200 without a group if nothing new was begun', async () => {
    await persistAccount(test, 'S1')
    const first = await test.post('/student-create', { ...student, personId: 'S0' })
    const { status, body } = await test.post('/student-create', [...students(2), ...students(2)])
    expect(status).toBe(200)
    expect(body.groupUuid).toBeUndefined()
    expect(body.results).toMatchObject([
      { status: 200, uuid: first.body.uuid },
      { status: 409, problem: { code: 'ACCOUNT_EXISTS' } },
      { status: 200, uuid: first.body.uuid },
      { status: 409, problem: { code: 'ACCOUNT_EXISTS' } },
    ])
  })
})
