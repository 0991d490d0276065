import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { student, students } from '../test-support/people.ts'
import { persistAccount } from '../test-support/persist-account.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

describe('an Idempotency-Key', () => {
  const key = { headers: { 'idempotency-key': 'roster-2026' } }

  it('makes a repetition answer the same uuids with their state of today', async () => {
    const first = await test.post('/student-create', [...students(2), { ...student, personId: 7 }], key)
    await endRun(test, first.body.results[0].uuid)
    await persistAccount(test, 'S0')
    const second = await test.post('/student-create', [...students(2), { ...student, personId: 7 }], key)
    expect(second.status).toBe(202)
    expect(second.headers['idempotency-replayed']).toBe('true')
    const [completed, ...others] = first.body.results
    expect(second.body).toEqual({
      groupUuid: first.body.groupUuid,
      results: [{ ...completed, state: 'COMPLETED', runStatus: 'completed' }, ...others],
    })
    expect(await test.rows()).toMatchObject({ run: 2, request: 1 })
  })

  it('recognises the same body in another order of fields', async () => {
    const first = await test.post('/student-create', student, key)
    const second = await test.post('/student-create', Object.fromEntries(Object.entries(student).reverse()), key)
    expect(second).toMatchObject({ status: 202, body: first.body })
  })

  it('answers 409 to another body, and to the same body at the other address', async () => {
    await test.post('/teacher-create', [person('T1')], key)
    const otherBody = await test.post('/teacher-create', [person('T2')], key)
    const otherAddress = await test.post('/student-create', [{ ...person('T1'), grade: '5' }], key)
    expect([otherBody, otherAddress]).toMatchObject(Array(2).fill({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } }))
    expect(await test.rows()).toEqual({ run: 1, request: 1 })
  })

  it('belongs to its caller', async () => {
    const first = await test.post('/student-create', [{ ...student, personId: 'A' }], key)
    const second = await test.post('/student-create', [{ ...student, personId: 'B' }], { ...key, as: 'service' })
    expect([first.status, second.status]).toEqual([202, 202])
  })

  it('keeps pointing at the run that stood when it was first used, though that has ended since', async () => {
    const standing = await test.post('/student-create', student)
    const first = await test.post('/student-create', student, key)
    await endRun(test, standing.body.uuid)
    test.clock.moveTo(test.clock.now() + 60_000)
    const later = await test.post('/student-create', student)
    const again = await test.post('/student-create', student, key)
    expect(first).toMatchObject({ status: 200, body: { uuid: standing.body.uuid } })
    expect(later.status).toBe(202)
    expect(again).toMatchObject({ status: 200, body: { uuid: standing.body.uuid, state: 'COMPLETED', status: 'completed' } })
  })

  it('answers with the runs of the first time although they stand in the archive, those that had stood before too', async () => {
    const standing = await test.post('/student-create', students(1))
    const first = await test.post('/student-create', students(3), key)
    const uuids: string[] = first.body.results.map(({ uuid }: { uuid: string }) => uuid)
    for (const uuid of uuids) await endRun(test, uuid)
    const ended = first.body.results.map((result: object) => ({ ...result, state: 'COMPLETED', runStatus: 'completed' }))
    const part = { status: 'completed', endedBefore: test.clock.now() + 1, exceptProcess: 'canary', after: null, limit: 2 } as const
    const { next } = await test.database.archive.move({ ...part, archivedAt: test.clock.now() })
    expect((await test.post('/student-create', students(3), key)).body.results).toEqual(ended)
    await test.database.archive.move({ ...part, after: next, archivedAt: test.clock.now() })

    const again = await test.post('/student-create', students(3), key)
    expect(again).toMatchObject({ status: 202, body: { groupUuid: first.body.groupUuid, results: ended } })
    expect(again.body.results[0].uuid).toBe(standing.body.results[0].uuid)
    expect(await test.rows()).toMatchObject({ request: 1 })
    expect(await test.database.prisma.run.count()).toBe(0)
  })

  it('remembers a refusal for a live account', async () => {
    await persistAccount(test, '0100231')
    const first = await test.post('/student-create', student, key)
    const again = await test.post('/student-create', student, key)
    expect([first.status, again.status]).toEqual([409, 409])
    expect(again.body.sysUserId).toBe(first.body.sysUserId)
  })

  it('makes fifty repetitions at once one group', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => test.post('/student-create', students(3), key)))
    expect(new Set(answers.map(({ body }) => body.groupUuid)).size).toBe(1)
    expect(answers.every(({ status }) => status === 202)).toBe(true)
    expect(await test.rows()).toEqual({ run: 3, request: 1 })
  })

  it.each([
    ['is empty', ''],
    ['has 201 characters', 'k'.repeat(201)],
    ['has a space', 'a b'],
  ])('is refused if it %s', async (_what, value) => {
    const { status, body } = await test.post('/student-create', student, { headers: { 'idempotency-key': value } })
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'INVALID_PARAMETERS', errors: [{ in: 'header', path: 'idempotency-key' }] })
    expect(await test.rows()).toEqual({})
  })

  it('is free again after a request that was refused', async () => {
    await test.post('/student-create', { ...student, grade: 5 }, key)
    expect(await test.post('/student-create', student, key)).toMatchObject({ status: 202 })
  })
})

function person(personId: string) {
  const { grade: _grade, ...rest } = student
  return { ...rest, personId }
}

async function endRun({ database, clock }: TestApi, uuid: string): Promise<void> {
  const run = await database.ledger.find(uuid)
  if (!run) throw new Error(`No run ${uuid}.`)
  const ended = { state: 'COMPLETED', status: 'completed', completion: 'full', version: run.version + 1, dueAt: null } as const
  await database.ledger.commit([
    { ...run, ...ended, expectedVersion: run.version, expectedAttempt: null, liveKey: uuid, updatedAt: clock.now(), events: [] },
  ])
}
