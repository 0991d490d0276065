import { engineErrors } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { student } from '../test-support/people.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

const operator = { as: 'operator' } as const
const order = { reason: 'The pupil never came; the teacher of the same number did.' }
const { personId } = student

/** A request whose run reserved its name and failed. */
async function leaveUnfinished({ of = String(personId), ends = true } = {}): Promise<string> {
  const { database, clock } = test
  const { body } = await test.post('/student-create', { ...student, personId: of })
  await database.reservations.reserve({ personId: of, kind: 'student', candidates: [`ep${of}`], replacing: null, sealedPassword: 'x' })
  const run = await database.ledger.find(body.uuid)
  if (!run) throw new Error(`No run ${body.uuid}.`)
  const { code, sentence } = engineErrors.HANDLER_TIMEOUT
  const failed = { state: 'FAILED', status: 'failed', dueAt: null, errorCode: code, errorMessage: sentence, liveKey: run.uuid } as const
  const ended = { ...run, ...failed, expectedVersion: 1, expectedAttempt: null, version: 2, updatedAt: clock.now(), events: [] }
  if (ends) await database.ledger.commit([ended])
  return run.uuid
}

function release(kind = 'student', sending: Parameters<TestApi['post']>[2] = operator, body: object = order) {
  return test.post(`/accounts/unfinished/${personId}/${kind}/release`, body, sending)
}

describe('the list of unfinished accounts', () => {
  it('shows what is reserved and leads nowhere, with the run that failed', async () => {
    const uuid = await leaveUnfinished()
    const { status, body } = await test.get('/accounts/unfinished')
    expect(status).toBe(200)
    expect(body).toEqual({
      accounts: [
        {
          ...{ personId, kind: 'student', username: `ep${personId}`, reservedAt: expect.stringMatching(/^20.*Z$/), releaseUuid: null },
          lastRun: {
            ...{ uuid, status: 'failed', state: 'FAILED', errorCode: 'HANDLER_TIMEOUT' },
            updatedAt: new Date(test.clock.now()).toISOString(),
          },
        },
      ],
      nextCursor: null,
    })
  })

  it('is handed out page by page', async () => {
    for (const of of ['1', '2', '3']) await leaveUnfinished({ of })
    const first = await test.get('/accounts/unfinished?limit=2')
    const second = await test.get(`/accounts/unfinished?limit=2&cursor=${first.body.nextCursor}`)
    const persons = [...first.body.accounts, ...second.body.accounts].map((account: { personId: string }) => account.personId)
    expect(persons.toSorted()).toEqual(['1', '2', '3'])
    expect(second.body.nextCursor).toBeNull()
  })

  it('can be narrowed to what was reserved before a time', async () => {
    await leaveUnfinished()
    expect((await test.get('/accounts/unfinished?olderThan=2020-01-01T00:00:00Z')).body.accounts).toEqual([])
    expect((await test.get('/accounts/unfinished?olderThan=2099-01-01T00:00:00Z')).body.accounts).toHaveLength(1)
  })

  it.each(['?olderThan=yesterday', '?cursor=xyz', '?cursor=WzEsMl0', '?limit=0', '?limit=201', '?kind=student'])(
    'refuses %s',
    async (query) => {
      expect(await test.get(`/accounts/unfinished${query}`)).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETERS' } })
    },
  )

  it('is not for systems that ask for accounts', async () => {
    expect((await test.get('/accounts/unfinished', { as: 'upstream' })).status).toBe(403)
  })
})

describe('an order to give a name up', () => {
  it('begins a run that looks, with its audit row', async () => {
    await leaveUnfinished()
    const { status, headers, body } = await release()
    expect(status).toBe(202)
    expect(body).toMatchObject({
      process: 'release-reservation',
      type: 'RELEASE_RESERVATION',
      state: 'CHECK_DIRECTORY',
      status: 'new',
      personId,
    })
    expect(headers.location).toBe(`/azure-data-sync/${body.uuid}`)
    expect((await test.database.ledger.find(body.uuid))?.input).toEqual({
      personId,
      kind: 'student',
      username: `ep${personId}`,
      versionsSeen: 2,
    })
    expect(await test.database.audit.list({ targetType: 'person', targetId: personId, limit: 9 })).toMatchObject([
      {
        ...{ actor: 'operator of the tests', action: 'reservation.release', reason: order.reason },
        details: { kind: 'student', username: `ep${personId}`, runUuid: body.uuid },
      },
    ])
    const { accounts } = (await test.get('/accounts/unfinished')).body
    expect(accounts).toMatchObject([{ releaseUuid: body.uuid }])
  })

  it('given twice is carried out once', async () => {
    await leaveUnfinished()
    const [first, second] = [await release(), await release()]
    expect(second).toMatchObject({ status: 202, body: { uuid: first.body.uuid } })
    expect(await test.database.prisma.auditLog.count()).toBe(1)
  })

  it('is refused where nothing is unfinished', async () => {
    expect(await release()).toMatchObject({ status: 404, body: { code: 'UNFINISHED_NOT_FOUND' } })
    await leaveUnfinished()
    expect(await release('teacher')).toMatchObject({ status: 404, body: { code: 'UNFINISHED_NOT_FOUND' } })
  })

  it('is refused while a run works with the name, naming it', async () => {
    const uuid = await leaveUnfinished({ ends: false })
    expect(await release()).toMatchObject({ status: 409, body: { code: 'RESERVATION_IN_USE', uuid } })
  })

  it('is refused while the name of the other kind is being given up', async () => {
    await leaveUnfinished()
    const { body } = await release()
    const other = { personId, kind: 'teacher', username: 'e.primerova', reservedAt: new Date(), unfinishedSince: new Date() }
    await test.database.prisma.usernameReservation.create({ data: { ...other, ownerKey: `${personId}|teacher` } })
    expect(await release('teacher')).toMatchObject({ status: 409, body: { code: 'RESERVATION_IN_USE', uuid: body.uuid } })
  })

  it('is refused, too, where the order for the other kind comes first in the very moment', async () => {
    await leaveUnfinished()
    const other = { personId, kind: 'teacher', username: 'e.primerova', reservedAt: new Date(), unfinishedSince: new Date() }
    await test.database.prisma.usernameReservation.create({ data: { ...other, ownerKey: `${personId}|teacher` } })
    const { unfinished } = test.database
    const { find } = unfinished
    const first = await release()
    // As it was before that one began.
    Object.assign(unfinished, { find: async (owner: Parameters<typeof find>[0]) => ({ ...(await find(owner)), releaseUuid: null }) })
    expect(await release('teacher')).toMatchObject({ status: 409, body: { code: 'RESERVATION_IN_USE', uuid: first.body.uuid } })
    expect(await release()).toMatchObject({ status: 202, body: { uuid: first.body.uuid } })
  })

  it('is refused for a person who has an account', async () => {
    await leaveUnfinished()
    const { database, clock } = test
    const { grade: _grade, ...person } = student
    const sysUserId = '0199a1f4-5c00-7000-8000-00000000beef'
    const account = {
      ...{ ...person, kind: 'teacher' as const, sysUserId, middleName: null, username: 'e.primerova', azureId: 'azure-1' },
      ...{ enrollmentStatus: 'ENROLLED' as const, existedBefore: false, runUuid: 'r', at: clock.now() },
    } as const
    await database.prisma.$transaction((transaction) => database.accounts.persist({ transaction }, account))
    expect(await release()).toMatchObject({ status: 409, body: { code: 'ACCOUNT_EXISTS', sysUserId } })
  })

  it.each(['upstream', 'reader', 'service'] as const)('is not for the role %s', async (as) => {
    await leaveUnfinished()
    expect((await release('student', { as })).status).toBe(403)
  })

  it('needs a reason, a kind that there is, and an id that may be one', async () => {
    expect((await release('student', operator, {})).status).toBe(422)
    expect((await release('parent')).status).toBe(400)
    expect((await test.post('/accounts/unfinished/a%20b/student/release', order, operator)).status).toBe(400)
  })
})
