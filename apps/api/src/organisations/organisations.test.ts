import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
const azureId = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
const reason = 'Reported by the fraud desk.'

let test: TestApi
let counted: { source: string; changes: number }[]
beforeEach(async () => {
  counted = []
  test = await startTestApi({ redisUrl: redis.url, deps: { countChanges: (changes) => void counted.push(changes) } })
})
afterEach(() => test.close())

const made = (userId: string, more: object = {}) => test.post('/organisation-accounts', { userId, ...more })
const setTo = (
  userId: string,
  status: string,
  { headers = {}, ...said }: { source?: string; lifts?: string; headers?: Record<string, string> } = {},
) => test.post(`/organisation-accounts/${userId}/status`, { status, source: 'security', reason, ...said }, { as: 'admin', headers })

describe('an account of an organisation', () => {
  it('is made known, and waits for its registration', async () => {
    const answer = await made('u1', { email: 'office@example.org', organizationName: 'Example & Sons', registrationNumber: 'ETH-1' })
    expect(answer).toMatchObject({
      status: 201,
      headers: { location: '/organisation-accounts/u1', etag: '"1"' },
      body: { userId: 'u1', type: 'organization', accountStatus: 'pending_registration', statusVersion: 1, registrationNumber: 'ETH-1' },
    })
    const audit = await test.database.audit.list({ targetType: 'account', targetId: 'u1', limit: 5 })
    expect(audit).toMatchObject([{ actor: 'upstream of the tests', action: 'account.create', reason: 'none given' }])
    for (const told of [JSON.stringify(answer.body), JSON.stringify(audit), test.log()]) expect(told).not.toContain('office@example.org')
  })

  it('is made known once, under a number that nobody else has', async () => {
    await made('u1', { registrationNumber: 'ETH-1' })
    expect(await made('u1')).toMatchObject({ status: 409, body: { code: 'ACCOUNT_KNOWN' } })
    expect(await made('u2', { registrationNumber: 'ETH-1' })).toMatchObject({ status: 409, body: { code: 'NUMBER_TAKEN' } })
  })

  it.each<[object, string]>([
    [{}, '/userId'],
    [{ userId: '' }, '/userId'],
    [{ userId: 'x'.repeat(65) }, '/userId'],
    [{ userId: 'u\n1' }, '/userId'],
    [{ userId: 'u1', email: 'nobody' }, '/email'],
    [{ userId: 'u1', type: 'robot' }, '/type'],
    [{ userId: 'u1', azureId: 'none' }, '/azureId'],
    [{ userId: 'u1', accountStatus: 'active' }, '/accountStatus'],
  ])('is refused as %j, and nothing is kept', async (body, pointer) => {
    const answer = await test.post('/organisation-accounts', body)
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
    expect(await test.rows()).toEqual({})
  })

  it('is listed by status and by how long nobody has looked at it', async () => {
    for (const userId of ['u1', 'u2', 'u3']) await made(userId)
    await setTo('u2', 'suspended')
    await test.database.prisma.organisationAccount.update({ where: { userId: 'u3' }, data: { lastSyncAt: new Date(test.clock.now()) } })
    const ids = async (query: string) => {
      const { body } = await test.get(`/organisation-accounts?${query}`)
      return body.accounts.map(({ userId }: { userId: string }) => userId)
    }
    expect(await ids('')).toEqual(['u1', 'u2', 'u3'])
    expect(await ids('status=suspended')).toEqual(['u2'])
    expect(await ids('notVerifiedFor=24h')).toEqual(['u1', 'u2'])
    test.clock.moveTo(test.clock.now() + 86_400_001)
    expect(await ids('notVerifiedFor=24h')).toEqual(['u1', 'u2', 'u3'])
    const first = await test.get('/organisation-accounts?limit=2')
    expect(first.body.nextAfter).toBe('u2')
    expect(await ids(`limit=2&after=${first.body.nextAfter}`)).toEqual(['u3'])
    for (const query of ['notVerifiedFor=1w', 'notVerifiedFor=0h', 'status=gone', 'limit=0'])
      expect((await test.get(`/organisation-accounts?${query}`)).status, query).toBe(400)
  })

  it('is shown with all that has become of it, newest first', async () => {
    await made('u1')
    test.clock.moveTo(test.clock.now() + 1_000)
    await setTo('u1', 'suspended')
    const { body, headers } = await test.get('/organisation-accounts/u1')
    expect(headers.etag).toBe('"2"')
    expect(body).toMatchObject({
      account: { userId: 'u1', accountStatus: 'suspended', statusSource: 'security', statusReason: reason },
      timeline: [
        { kind: 'change', change: { actor: 'admin of the tests', action: 'account.status', reason } },
        { kind: 'change', change: { action: 'account.create' } },
      ],
    })
    expect(await test.get('/organisation-accounts/nobody')).toMatchObject({ status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } })
  })
})

describe('a status that is set by hand', () => {
  it('ends the sessions by a run that is begun with it', async () => {
    await made('u1', { azureId })
    expect(await setTo('u1', 'suspended')).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { accountStatus: 'suspended', sessionsValidFrom: '2026-09-01T08:00:00.000Z' },
    })
    const { runs } = await test.database.ledger.list({ process: 'session-revocation' }, { after: null, limit: 5 })
    expect(runs).toMatchObject([{ input: { userId: 'u1', azureId, statusVersion: 2 }, requestedBy: 'admin of the tests', status: 'new' }])
    const queue = test.dispatcher.queues.get('session-revocation.REVOKE_SESSIONS')
    expect(await queue?.getJob(`${runs[0]?.uuid}-1`)).toBeDefined()
    expect(counted).toEqual([{ source: 'security', changes: 1 }])
  })

  it('that lifts a suspension, or hands the account back, ends no sessions, and forgets no version that was applied', async () => {
    await made('u1', { azureId })
    await setTo('u1', 'suspended')
    await test.database.prisma.organisationAccount.update({ where: { userId: 'u1' }, data: { registrationVersion: 7 } })
    expect((await setTo('u1', 'active')).body).toMatchObject({ accountStatus: 'active', registrationVersion: 7 })
    const handedBack = { accountStatus: 'pending_registration', statusSource: 'admin', registrationVersion: 7 }
    expect((await setTo('u1', 'pending_registration', { source: 'admin' })).body).toMatchObject(handedBack)
    expect((await test.database.ledger.list({ process: 'session-revocation' }, { after: null, limit: 5 })).runs).toHaveLength(1)
  })

  it('is not set over a version that was not seen', async () => {
    await made('u1')
    expect((await setTo('u1', 'suspended', { headers: { 'if-match': '"1"' } })).status).toBe(200)
    const late = await setTo('u1', 'active', { headers: { 'if-match': '"1"' } })
    expect(late).toMatchObject({ status: 412, body: { code: 'ACCOUNT_VERSION_PASSED' } })
    expect(await setTo('u1', 'active', { headers: { 'if-match': 'W/1' } })).toMatchObject({ status: 412 })
    expect((await setTo('u1', 'active')).status).toBe(200)
  })

  it('of an account that is written at the same moment is set on what that left', async () => {
    await made('u1')
    const both = await Promise.all([
      setTo('u1', 'suspended', { lifts: 'billing' }),
      setTo('u1', 'suspended', { source: 'billing', lifts: 'security' }),
    ])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect((await test.get('/organisation-accounts/u1')).body.account.statusVersion).toBe(3)
  })

  it.each<[object, string]>([
    [{ status: 'suspended', source: 'security' }, '/reason'],
    [{ status: 'gone', source: 'security', reason }, '/status'],
    [{ status: 'suspended', source: 'registration_sync', reason }, '/source'],
    [{ status: 'pending_registration', source: 'security', reason }, '/source'],
    [{ status: 'pending_registration', source: 'billing', reason }, '/source'],
    [{ status: 'active', source: 'admin', lifts: 'realtime', reason }, '/lifts'],
    [{ status: 'suspended', source: 'admin', reason, force: true }, '/force'],
  ])('is refused as %j', async (body, pointer) => {
    await made('u1')
    const answer = await test.post('/organisation-accounts/u1/status', body, { as: 'admin' })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
  })

  it.each(['active', 'suspended', 'closed'])('does not end another source’s hold by the way: %s', async (status) => {
    await made('u1')
    await setTo('u1', 'suspended')
    test.clock.moveTo(test.clock.now() + 60_000)
    const refused = {
      status: 409,
      body: { code: 'ACCOUNT_HELD', detail: expect.stringContaining('by security since 2026-09-01T08:00:00.000Z') },
    }
    expect(await setTo('u1', status, { source: 'billing' })).toMatchObject(refused)
    expect(await setTo('u1', status, { source: 'billing', lifts: 'admin' })).toMatchObject(refused)
    expect((await test.get('/organisation-accounts/u1')).body.account).toMatchObject({ statusSource: 'security', statusVersion: 2 })

    const named = await setTo('u1', status, { source: 'billing', lifts: 'security' })
    expect(named).toMatchObject({ status: 200, body: { accountStatus: status, statusSource: 'billing' } })
    const [{ change }] = (await test.get('/organisation-accounts/u1')).body.timeline
    expect(change.details).toMatchObject({ previousSource: 'security', source: 'billing', lifted: 'security' })
  })

  it('ends a hold of its own without naming it, and so does a repeated order', async () => {
    await made('u1')
    await setTo('u1', 'closed')
    for (const lifts of ['security', 'security']) expect((await setTo('u1', 'active', { lifts })).status).toBe(200)
    await setTo('u1', 'suspended')
    expect((await setTo('u1', 'active')).status).toBe(200)
  })

  it('is an admin’s to set: 403 for others, and 404 for an account that nobody has', async () => {
    await made('u1')
    const body = { status: 'suspended', source: 'admin', reason }
    for (const as of ['upstream', 'service', 'reader', 'operator'] as const)
      expect((await test.post('/organisation-accounts/u1/status', body, { as })).status, as).toBe(403)
    for (const as of ['reader', 'operator'] as const)
      expect((await test.post('/organisation-accounts', { userId: 'u2' }, { as })).status, as).toBe(403)
    expect(await setTo('nobody', 'suspended')).toMatchObject({ status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } })
  })
})
