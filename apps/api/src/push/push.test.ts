import { randomBytes } from 'node:crypto'
import { testRedis } from '@rollcall/platform/testing'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
const secretOf = () => `whsec_${randomBytes(32).toString('base64')}`
const [secret, nextSecret, wrongSecret] = [secretOf(), secretOf(), secretOf()]

let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url, deps: { pushSecrets: [secret, nextSecret] } })
})
afterEach(() => test.close())

const push = {
  type: 'registration.changed',
  data: {
    ...{ registrationId: 'r1', registrationNumber: 'ETH-2024-00017', userId: 'u1', status: 'approved', version: 3 },
    updatedAt: '2026-09-01T07:59:58.000Z',
  },
}

interface Sent {
  readonly body?: unknown
  readonly id?: string
  readonly with?: string
  /** Milliseconds before now. */
  readonly age?: number
  readonly headers?: Readonly<Record<string, string>>
}

function signed({ body = push, id = 'delivery-1', with: by = secret, age = 0, headers = {} }: Sent = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const at = new Date(test.clock.now() - age)
  const signature = new Webhook(by).sign(id, at, text)
  const own = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)), 'webhook-signature': signature }
  return { text, headers: { ...own, ...headers } }
}

function send({ text, headers }: ReturnType<typeof signed>) {
  return test.post('/api/registrations/events', text, { as: null, headers })
}

describe('a registration that is pushed', () => {
  it('begins the run that lets the account follow, at once', async () => {
    const { status, body, headers } = await send(signed())
    expect([status, headers.location]).toEqual([202, `/azure-data-sync/${body.uuid}`])
    expect(await test.database.ledger.find(body.uuid)).toMatchObject({
      ...{ process: 'registration-change', requestedBy: 'push:registrations', priority: 1 },
      input: { webhookId: 'delivery-1', registration: { ...push.data, updatedAt: Date.parse(push.data.updatedAt) } },
    })
    const queue = test.dispatcher.queues.get('registration-change.APPLY_CHANGE')
    expect(await queue?.getJob(`${body.uuid}-1`)).toBeDefined()
  })

  it('may carry fields, words and offsets that this release does not know yet', async () => {
    const later = { version: 4, status: 'Renewal-Due', updatedAt: '2026-09-01T09:59:58+02:00' }
    expect((await send(signed({ id: 'a', body: { ...push, data: { ...push.data, ...later } } }))).status).toBe(202)
    expect((await send(signed({ body: { ...push, data: { ...push.data, tier: 'gold' } } }))).status).toBe(202)
  })

  it('is taken with either secret while they are changed, and with several signatures', async () => {
    expect((await send(signed({ with: nextSecret, id: 'a' }))).status).toBe(202)
    const other = signed({ id: 'b', body: { ...push, data: { ...push.data, version: 4 } } })
    const signatures = `v1,AAAA v2,BBBB ${other.headers['webhook-signature']}`
    expect((await send({ ...other, headers: { ...other.headers, 'webhook-signature': signatures } })).status).toBe(202)
  })

  it('a second time is 409, and begins nothing', async () => {
    await send(signed())
    test.clock.moveTo(test.clock.now() + 60_000)
    expect(await send(signed())).toMatchObject({ status: 409, body: { code: 'PUSH_REPEATED' } })
    // The id is the delivery's: what else it may say the second time is of no interest.
    expect(await send(signed({ body: { ...push, data: { ...push.data, status: 'rejected' } } }))).toMatchObject({ status: 409 })
    expect(await test.rows()).toEqual({ run: 1, request: 1 })
  })

  it('under a new id, while the first is on its way, is answered with that one', async () => {
    const first = await send(signed())
    expect((await send(signed({ id: 'delivery-2' }))).body.uuid).toBe(first.body.uuid)
    expect((await test.rows()).run).toBe(1)
  })
})

describe('a delivery', () => {
  afterEach(async () => {
    expect(await test.rows()).toEqual({})
  })

  it.each<[string, () => ReturnType<typeof signed>]>([
    ['is signed with another secret', () => signed({ with: wrongSecret })],
    ['was changed under way', () => ({ ...signed(), text: JSON.stringify(push).replace('approved', 'rejected') })],
    ['has a blank more than was signed', () => ({ ...signed(), text: `${JSON.stringify(push)} ` })],
    ['has another id than was signed', () => signed({ headers: { 'webhook-id': 'delivery-2' } })],
    ['has another time than was signed', () => signed({ headers: { 'webhook-timestamp': '1788249601' } })],
    ['has no signature', () => signed({ headers: { 'webhook-signature': '' } })],
    ['has a signature of another version', () => signed({ headers: { 'webhook-signature': 'v2,AAAA' } })],
    ['has a time that is none', () => signed({ headers: { 'webhook-timestamp': '1e9' } })],
    ['has an id that is none', () => signed({ headers: { 'webhook-id': 'a b' } })],
    ['is no JSON, and not signed either', () => ({ ...signed(), text: '{' })],
  ])('that %s is 401', async (_what, delivery) => {
    expect(await send(delivery())).toMatchObject({ status: 401, body: { code: 'PUSH_NOT_SIGNED' } })
    expect((await test.get('/metrics')).body).toContain('rollcall_api_auth_failures_total{reason="wrong_signature"} 1')
  })

  it('without the headers is 401, an API key or not', async () => {
    expect(await test.post('/api/registrations/events', push, { as: 'admin' })).toMatchObject({
      status: 401,
      body: { code: 'PUSH_NOT_SIGNED' },
    })
  })

  it.each([300_001, 86_400_000, -301_000])('that was signed %d ms ago is 401', async (age) => {
    expect(await send(signed({ age }))).toMatchObject({ status: 401, body: { code: 'PUSH_OUT_OF_TIME' } })
    expect((await test.get('/metrics')).body).toContain('rollcall_api_auth_failures_total{reason="out_of_time"} 1')
  })

  const changed = (data: object) => ({ ...push, data: { ...push.data, ...data } })
  it.each<[string, unknown, number, string]>([
    ['is no JSON', '{', 400, ''],
    ['is of another type', { ...push, type: 'registration.deleted' }, 422, 'Look at type.'],
    ['names no version', changed({ version: undefined }), 422, 'Look at data.version.'],
    ['has a version that no column holds', changed({ version: 2 ** 31 }), 422, 'Look at data.version.'],
    ['has a status that is no word', changed({ status: 7 }), 422, 'Look at data.status.'],
    ['has a status that is too long', changed({ status: 's'.repeat(41) }), 422, 'Look at data.status.'],
    [
      'has keys with blanks at an end',
      changed({ userId: 'u1 ', registrationNumber: ' R1' }),
      422,
      'Look at data.registrationNumber, data.userId.',
    ],
    ['has an id that is too long', changed({ registrationId: 'r'.repeat(37) }), 422, 'Look at data.registrationId.'],
    ['is a list', [push], 422, 'Look at the body itself.'],
  ])('that is signed and %s is refused, and told where', async (_what, body, status, where) => {
    const answer = await send(signed({ body }))
    expect(answer.status).toBe(status)
    expect(answer.body.detail ?? '').toContain(where)
  })

  it('that is too large, or no JSON by its type, is refused before it is looked at', async () => {
    expect((await send(signed({ body: { ...push, filler: 'x'.repeat(70_000) } }))).status).toBe(413)
    expect((await send(signed({ headers: { 'content-type': 'text/plain' } }))).status).toBe(415)
  })

  it('is not taken by an API that has no secret', async () => {
    await test.close()
    test = await startTestApi({ redisUrl: redis.url })
    expect(await send(signed())).toMatchObject({ status: 503, body: { code: 'PUSH_NOT_SET_UP' } })
  })
})

describe('the log', () => {
  it('holds nothing of what was pushed', async () => {
    await send(signed())
    await send(signed({ with: wrongSecret }))
    for (const secretly of ['ETH-2024-00017', '"u1"', secret]) expect(test.log()).not.toContain(secretly)
  })
})
