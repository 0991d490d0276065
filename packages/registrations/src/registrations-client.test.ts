import { SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import type { CallOutcome, RegistrationsNotice } from './registrations-client.ts'
import { askedFor, clientTest, failureOf, KEY, never, nobody, one } from './test-support/client-test.ts'
import type { Said } from './test-support/start-scripted-service.ts'

const suite = clientTest()

describe('an answer', () => {
  test('defects 7 and 19: tells of each key in the order of the keys, in one call that no cache answers, whatever is found under it', async () => {
    const found = {
      registrationId: 'r-1',
      registrationNumber: 'ETH-2024-00017',
      userId: 'u-1',
      status: 'renewal_due',
      organizationName: 'Hill Farm Co-operative',
      version: 3,
      updatedAt: '2026-01-05T08:00:00.000Z',
    }
    const of: Record<string, object> = {
      'ETH-2024-00017': { result: 'found', ...found },
      double: { result: 'several', registrationIds: ['r-2', 'r-3'] },
    }
    suite.service.script = (heard) => ({
      body: {
        success: true,
        data: askedFor(heard).map((asked) => ({
          asked,
          ...(of['registrationNumber' in asked ? asked.registrationNumber : asked.userId] ?? { result: 'notFound' }),
        })),
      },
    })
    const keys = [{ userId: 'u-9' }, { registrationNumber: 'double' }, { registrationNumber: 'ETH-2024-00017' }, { userId: 'u-9' }]
    const { organizationName: _, ...registration } = { ...found, updatedAt: Date.UTC(2026, 0, 5, 8) }
    expect(await suite.client().find(keys, never)).toEqual([
      { kind: 'none' },
      { kind: 'several', registrationIds: ['r-2', 'r-3'] },
      { kind: 'found', registration },
      { kind: 'none' },
    ])
    expect(suite.service.heard).toHaveLength(1)
    expect(suite.service.heard[0]).toMatchObject({
      method: 'POST',
      path: '/api/registrations/batch/status',
      headers: { authorization: `Bearer ${KEY}`, 'x-service-request': 'auth-system-sync', 'cache-control': 'no-cache', pragma: 'no-cache' },
    })
    expect(JSON.parse(`${suite.service.heard[0]?.body}`)).toEqual({ registrationNumbers: ['double', 'ETH-2024-00017'], userIds: ['u-9'] })
  })

  test('defect 6: that there is no registration is an answer, not a fault: nothing is asked twice', async () => {
    suite.service.script = nobody
    expect(await suite.client().find(one, never)).toEqual([{ kind: 'none' }])
    expect(suite.service.heard).toHaveLength(1)
    expect(suite.pauses()).toEqual([])
  })

  test('of a key that the service would not even read is unreadable, and never that there is nothing under it', async () => {
    suite.service.script = nobody
    const odd = [{ registrationNumber: '' }, { registrationNumber: 'x'.repeat(65) }, { userId: '\u0000' }, { userId: 'u-1 ' }]
    expect(await suite.client().find(odd, never)).toEqual([
      { kind: 'unreadable', field: 'registrationNumber', shape: 'string of length 0 that cannot be asked for' },
      { kind: 'unreadable', field: 'registrationNumber', shape: 'string of length 65 that cannot be asked for' },
      { kind: 'unreadable', field: 'userId', shape: 'string of length 1 that cannot be asked for' },
      { kind: 'unreadable', field: 'userId', shape: 'string of length 4 that cannot be asked for' },
    ])
    expect(await suite.client().find([...odd, ...one], never)).toMatchObject([...odd.map(() => ({ kind: 'unreadable' })), { kind: 'none' }])
    expect(await suite.client().find([], never)).toEqual([])
    expect(suite.service.heard.map(({ body }) => body)).toEqual(['{"userIds":["u-1"]}'])
  })

  test('is given to a hundred keys at once, and to no more', async () => {
    suite.service.script = nobody
    const keys = Array.from({ length: 101 }, (_, index) => ({ userId: `u-${index}` }))
    expect(await suite.client().find(keys.slice(1), never)).toHaveLength(100)
    await expect(suite.client().find(keys, never)).rejects.toThrow('101 keys were asked for at once; 100 are the most.')
    expect(suite.service.heard).toHaveLength(1)
  })
})

describe('an answer that is not what was agreed', () => {
  test.each<[string, Said]>([
    ['is cut off', { body: '{"success":true,"data":{"registrationNumber":' }],
    ['is no JSON', { body: '<html>maintenance</html>' }],
    ['says that it failed', { body: { success: false, data: [] } }],
    ['is a list', { body: [] }],
    ['is right, and larger than it can be', { body: `${JSON.stringify({ success: true, data: [] })}${' '.repeat(5 * 1_024 * 1_024)}` }],
    ['holds no list', { body: { success: true, data: {} } }],
    ['is a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['knows no such address', { status: 404, body: {} }],
    ['does not like the question', { status: 422, body: {} }],
  ])('is terminal where it %s: never nothing found, never asked again', async (_what, said) => {
    suite.service.script = () => said
    const failure = await failureOf(suite.client().find(one, never))
    expect(failure).toBeInstanceOf(TerminalError)
    expect(failure).toMatchObject({ errorCode: { code: 'REGISTRATIONS_UNREADABLE' } })
    expect(suite.service.heard).toHaveLength(1)
  })
})

describe('a key that is not accepted', () => {
  test.each([401, 403])('is everybody’s trouble (%i), and is not tried again', async (status) => {
    suite.service.script = () => ({ status, body: { detail: 'no' } })
    const failure = await failureOf(suite.client().find(one, never))
    expect(failure).toBeInstanceOf(SystemicError)
    expect(failure).toMatchObject({ errorCode: { code: 'REGISTRATIONS_REFUSED' } })
    expect(String(failure)).not.toContain(KEY)
    expect(suite.service.heard).toHaveLength(1)
  })
})

describe('whoever asks', () => {
  test('may hang up while a call is under way', async () => {
    const caller = new AbortController()
    suite.service.script = () => {
      caller.abort(new Error('the lock was lost'))
      return 'silence'
    }
    expect(await failureOf(suite.client().find(one, caller.signal))).toEqual(new Error('the lock was lost'))
    expect(suite.service.heard).toHaveLength(1)
  })

  test('may hang up between two tries', async () => {
    const caller = new AbortController()
    suite.service.script = () => ({ status: 500 })
    const notify = (notice: RegistrationsNotice) => void (notice.kind === 'retrying' && caller.abort(new Error('the lock was lost')))
    expect(await failureOf(suite.client({ notify }).find(one, caller.signal))).toEqual(new Error('the lock was lost'))
    expect(suite.service.heard).toHaveLength(1)
  })

  test('is not let through at all once he has hung up', async () => {
    const gone = AbortSignal.abort(new Error('the lock was lost'))
    expect(await failureOf(suite.client().find(one, gone))).toEqual(new Error('the lock was lost'))
    expect(suite.service.heard).toHaveLength(0)
  })
})

describe('a ping', () => {
  test('asks the service itself, with our key, past the breaker and once', async () => {
    const registrations = suite.client({ retries: 0 })
    suite.service.script = () => ({ status: 500 })
    for (let count = 0; count < 20; count += 1) await failureOf(registrations.find(one, never))
    expect(suite.breaker()).toEqual(['open'])
    expect(await failureOf(registrations.ping(never))).toBeInstanceOf(TransientError)
    suite.service.script = () => ({ status: 401 })
    expect(await failureOf(registrations.ping(never))).toBeInstanceOf(SystemicError)
    suite.service.script = () => ({ body: { success: true, data: [] } })
    expect(await failureOf(registrations.ping(never))).toBeInstanceOf(TerminalError)
    suite.service.script = nobody
    await expect(registrations.ping(never)).resolves.toBeUndefined()
    expect(suite.service.heard).toHaveLength(24)
  })
})

describe('what is told of a call', () => {
  test.each<[CallOutcome, Said | 'silence']>([
    ['answered', { body: { success: true, data: [{ result: 'notFound', asked: { userId: 'u-1' } }] } }],
    ['unavailable', { status: 503 }],
    ['refused', { status: 403 }],
    ['unreadable', { body: 'no' }],
    ['abandoned', 'silence'],
  ])('is that it was %s', async (outcome, said) => {
    const caller = new AbortController()
    suite.service.script = () => {
      if (said === 'silence') caller.abort(new Error('the lock was lost'))
      return said
    }
    await failureOf(suite.client({ retries: 0 }).find(one, caller.signal))
    expect(suite.told('called')).toEqual([{ kind: 'called', outcome, ms: expect.any(Number) }])
  })
})
