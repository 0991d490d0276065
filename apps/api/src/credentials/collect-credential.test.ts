import { randomUUID } from 'node:crypto'
import { createSealer, sealingKeysSetting } from '@rollcall/platform'
import { testRedis } from '@rollcall/platform/testing'
import { passwordContext } from '@rollcall/provisioning'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi, testSealer } from '../test-support/start-test-api.ts'
import { handOut } from './hand-out.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

const PASSWORD = 'Tajna-1234-parola'
const owner = { personId: '0100231', kind: 'student' } as const
const sysUserId = '0199a1f4-5c00-7000-8000-00000000beef'
const path = `/accounts/${sysUserId}/credential`
const admin = { as: 'admin' } as const

/** A finished account whose password waits. */
async function addAccount(sealer = testSealer): Promise<void> {
  const { database, clock } = test
  const sealedPassword = sealer.seal({ plain: PASSWORD, context: passwordContext(owner) })
  await database.reservations.reserve({ ...owner, candidates: ['ep12345678'], replacing: null, sealedPassword })
  const account = {
    ...{ ...owner, sysUserId, firstName: 'Елица', middleName: null, lastName: 'Примерова', birthDate: '2015-02-28' },
    ...{ username: 'ep12345678', azureId: 'azure-1', schoolId: '2902418', enrollmentStatus: 'ENROLLED' as const, existedBefore: false },
    ...{ runUuid: '0199a1f4-5c00-7000-8000-00000000a001', at: clock.now() },
  } as const
  await database.prisma.$transaction((transaction) => database.accounts.persist({ transaction }, account))
}

function erase(erasedBecause: string): Promise<unknown> {
  const erased = { sealedPassword: null, erasedAt: new Date(test.clock.now()), erasedBecause }
  return test.database.prisma.credential.updateMany({ data: erased })
}

describe('an initial password', () => {
  it('is answered once, uncached, with the username that it belongs to, and is kept nowhere after that', async () => {
    await addAccount()
    const answer = await test.post(path, {})
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
    expect(answer.body).toEqual({ sysUserId, username: 'ep12345678', initialPassword: PASSWORD })
    expect(await test.database.prisma.credential.findMany()).toMatchObject([
      { sealedPassword: null, erasedBecause: 'collected', collectedBy: 'upstream of the tests' },
    ])
    expect(await test.database.audit.list({ targetType: 'account', targetId: sysUserId, limit: 9 })).toMatchObject([
      {
        actor: 'upstream of the tests',
        action: 'credential.collect',
        reason: 'none given',
        details: { kind: 'student', role: 'upstream' },
      },
    ])
    expect(test.log()).not.toContain(PASSWORD)
    expect(test.log()).not.toContain('ep12345678')
  })

  it('is given to one of twenty who ask at once; the others learn that it is gone', async () => {
    await addAccount()
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.post(path, {})))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(410)])
    expect(await test.database.prisma.auditLog.count()).toBe(1)
  })

  it('that was collected is told to an admin with who has it and since when, to a system without', async () => {
    await addAccount()
    await test.post(path, { reason: 'For the letters of the school year.' })
    const at = new Date(test.clock.now()).toISOString()

    const toSystem = await test.post(path, {})
    expect(toSystem).toMatchObject({ status: 410, body: { code: 'CREDENTIAL_GONE', detail: 'It was handed out before.' } })
    const toAdmin = await test.post(path, { reason: 'The letter was lost.' }, admin)
    expect(toAdmin.body).toMatchObject({ code: 'CREDENTIAL_GONE', detail: `It was handed out to "upstream of the tests" at ${at}.` })
  })

  it.each([
    ['notOurs', 'The account existed before it was asked for here, and keeps its own password.'],
    ['expired', 'It was not collected in the time for which it is kept.'],
    ['personErased', "It was erased with the person's data."],
  ])('that was erased as %s is gone, and the answer says why', async (because, detail) => {
    await addAccount()
    await erase(because)
    expect((await test.post(path, {})).body).toMatchObject({ status: 410, code: 'CREDENTIAL_GONE', detail })
  })

  it('is given to an admin who says why, and to none who does not', async () => {
    await addAccount()
    const silent = await test.post(path, {}, admin)
    expect(silent).toMatchObject({ status: 422, body: { code: 'INVALID_BODY', errors: [{ pointer: '/reason' }] } })
    const { status } = await test.post(path, { reason: 'The school has no system of its own.' }, admin)
    expect(status).toBe(200)
    const [audit] = await test.database.audit.list({ targetType: 'account', targetId: sysUserId, limit: 9 })
    expect(audit).toMatchObject({ actor: 'admin of the tests', reason: 'The school has no system of its own.' })
  })

  it.each(['reader', 'operator', 'service'] as const)('is not for the role %s', async (as) => {
    await addAccount()
    expect((await test.post(path, { reason: 'I want it.' }, { as })).status).toBe(403)
    expect((await test.post(path, {})).status).toBe(200)
  })

  it('is not found under the id of nobody, of a run, or of a user who was deleted', async () => {
    await addAccount()
    const other = '0199a1f4-5c00-7000-8000-00000000a001'
    expect(await test.post(`/accounts/${other}/credential`, {})).toMatchObject({ status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } })
    await test.database.prisma.sysUser.updateMany({ data: { deletedOn: new Date(0), liveUsername: sysUserId, livePersonId: sysUserId } })
    expect((await test.post(path, {})).status).toBe(404)
    expect((await test.post('/accounts/17/credential', {})).status).toBe(400)
  })

  it('is lost to nobody where the key that sealed it is missing', async () => {
    const other = createSealer({ keys: sealingKeysSetting.parse(`lost:${Buffer.alloc(32, 7).toString('base64')}`) })
    await addAccount(other)
    expect(await test.post(path, {})).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } })
    expect(test.log()).toContain('Its id is lost')
    expect(await test.database.credentials.findOfUser(sysUserId)).toMatchObject({ erasure: null })
    expect(await test.database.prisma.auditLog.count()).toBe(0)
  })

  it('is given where it is sealed under another key between the look and the erasure', async () => {
    await addAccount()
    const { credentials } = test.database
    const resealed = testSealer.seal({ plain: PASSWORD, context: passwordContext(owner) })
    let looks = 0
    async function findOfUser(id: string) {
      const found = await credentials.findOfUser(id)
      looks += 1
      if (looks === 1) await credentials.reseal([{ ...owner, createdAt: 0, sealedPassword: found?.sealedPassword ?? '', resealed }])
      return found
    }
    const handedOut = await handOut(
      { sysUserId, caller: { name: 'upstream', role: 'upstream' }, reason: 'none given' },
      { credentials: { findOfUser, collect: credentials.collect }, sealer: testSealer, clock: test.clock, newId: randomUUID },
    )
    expect(handedOut).toEqual({ username: 'ep12345678', initialPassword: PASSWORD })
    expect(looks).toBe(2)
  })
})
