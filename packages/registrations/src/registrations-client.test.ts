import { SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import type { RegistrationKey } from '@rollcall/status-sync'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fullJitter } from './policy.ts'
import { createRegistrationsClient, type RegistrationsClientOptions, type RegistrationsNotice } from './registrations-client.ts'
import { parseRetryAfter } from './retry-after.ts'
import { type Heard, type Said, type ScriptedService, startScriptedService } from './test-support/start-scripted-service.ts'
import { type BatchBody, type BatchItem, RegistrationPush, RegistrationView } from './wire.ts'

const KEY = 'rk_s_only-for-this-test'
const never = new AbortController().signal
const one: readonly RegistrationKey[] = [{ userId: 'u-1' }]

let service: ScriptedService
let notices: RegistrationsNotice[]
beforeEach(async () => {
  service = await startScriptedService()
  notices = []
  // Sockets have timers of their own; only the pauses, the limits and the breaker's time are the test's.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await service.close()
})

/** Pauses between tries are over at once, and noted. */
function client(options: Partial<RegistrationsClientOptions> = {}) {
  const notify = (notice: RegistrationsNotice) => {
    notices.push(notice)
    if (notice.kind === 'retrying') setImmediate(() => vi.advanceTimersByTime(notice.pauseMs))
  }
  return createRegistrationsClient({ url: service.url, key: KEY, random: () => 0.5, notify, ...options })
}

function pauses(): number[] {
  return notices.flatMap((notice) => (notice.kind === 'retrying' ? [notice.pauseMs] : []))
}

function breaker(): string[] {
  return notices.flatMap((notice) => (notice.kind === 'breaker' ? [notice.state] : []))
}

function askedFor({ body }: Heard): BatchItem['asked'][] {
  const { registrationNumbers = [], userIds = [] }: BatchBody = JSON.parse(body)
  return [...registrationNumbers.map((registrationNumber) => ({ registrationNumber })), ...userIds.map((userId) => ({ userId }))]
}

/** Knows nobody. */
function nobody(heard: Heard): Said {
  return { body: { success: true, data: askedFor(heard).map((asked) => ({ result: 'notFound', asked })) } }
}

/** Settles with what a rejected promise was rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ resolved: value }),
    (error: unknown) => error,
  )
}

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
    service.script = (heard) => ({
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
    expect(await client().find(keys, never)).toEqual([
      { kind: 'none' },
      { kind: 'several', registrationIds: ['r-2', 'r-3'] },
      { kind: 'found', registration },
      { kind: 'none' },
    ])
    expect(service.heard).toHaveLength(1)
    expect(service.heard[0]).toMatchObject({
      method: 'POST',
      path: '/api/registrations/batch/status',
      headers: { authorization: `Bearer ${KEY}`, 'x-service-request': 'auth-system-sync', 'cache-control': 'no-cache', pragma: 'no-cache' },
    })
    expect(JSON.parse(`${service.heard[0]?.body}`)).toEqual({ registrationNumbers: ['double', 'ETH-2024-00017'], userIds: ['u-9'] })
  })

  test('defect 6: that there is no registration is an answer, not a fault: nothing is asked twice', async () => {
    service.script = nobody
    expect(await client().find(one, never)).toEqual([{ kind: 'none' }])
    expect(service.heard).toHaveLength(1)
    expect(pauses()).toEqual([])
  })

  test('is not asked for where nobody can be registered under the key', async () => {
    service.script = nobody
    const odd = [{ registrationNumber: '' }, { registrationNumber: 'x'.repeat(65) }, { userId: '\u0000' }]
    expect(await client().find(odd, never)).toEqual(odd.map(() => ({ kind: 'none' })))
    expect(await client().find([...odd, ...one], never)).toHaveLength(4)
    expect(await client().find([], never)).toEqual([])
    expect(service.heard.map(({ body }) => body)).toEqual(['{"userIds":["u-1"]}'])
  })

  test('is given to a hundred keys at once, and to no more', async () => {
    service.script = nobody
    const keys = Array.from({ length: 101 }, (_, index) => ({ userId: `u-${index}` }))
    expect(await client().find(keys.slice(1), never)).toHaveLength(100)
    await expect(client().find(keys, never)).rejects.toThrow('101 keys were asked for at once; 100 are the most.')
    expect(service.heard).toHaveLength(1)
  })
})

describe('an answer that is not what was agreed', () => {
  test.each<[string, Said]>([
    ['is cut off', { body: '{"success":true,"data":{"registrationNumber":' }],
    ['is no JSON', { body: '<html>maintenance</html>' }],
    ['says that it failed', { body: { success: false, data: [] } }],
    ['has a status that is no word', { body: { success: true, data: [{ result: 'found', asked: { userId: 'u-1' }, status: 7 }] } }],
    ['leaves a key out', { body: { success: true, data: [] } }],
    ['is about somebody else', { body: { success: true, data: [{ result: 'notFound', asked: { userId: 'u-2' } }] } }],
    ['is a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['knows no such address', { status: 404, body: {} }],
    ['does not like the question', { status: 422, body: {} }],
  ])('is terminal where it %s: never nothing found, never asked again', async (_what, said) => {
    service.script = () => said
    const failure = await failureOf(client().find(one, never))
    expect(failure).toBeInstanceOf(TerminalError)
    expect(failure).toMatchObject({ errorCode: { code: 'REGISTRATIONS_UNREADABLE' } })
    expect(service.heard).toHaveLength(1)
  })
})

describe('a key that is not accepted', () => {
  test.each([401, 403])('is everybody’s trouble (%i), and is not tried again', async (status) => {
    service.script = () => ({ status, body: { detail: 'no' } })
    const failure = await failureOf(client().find(one, never))
    expect(failure).toBeInstanceOf(SystemicError)
    expect(failure).toMatchObject({ errorCode: { code: 'REGISTRATIONS_REFUSED' } })
    expect(String(failure)).not.toContain(KEY)
    expect(service.heard).toHaveLength(1)
  })
})

describe('a fault that may pass', () => {
  test.each<[string, Said | 'hangUp', string]>([
    ['500', { status: 500 }, 'HTTP 500 (POST /api/registrations/batch/status).'],
    ['408', { status: 408 }, 'HTTP 408 (POST /api/registrations/batch/status).'],
    ['429', { status: 429 }, 'HTTP 429 (POST /api/registrations/batch/status).'],
    ['a hang-up', 'hangUp', 'UND_ERR_SOCKET (POST /api/registrations/batch/status).'],
  ])('(%s) is tried three times more, with pauses of full jitter, and is transient in the end', async (_what, said, detail) => {
    service.script = () => said
    const failure = await failureOf(client().find(one, never))
    expect(failure).toBeInstanceOf(TransientError)
    expect(failure).toMatchObject({
      errorCode: { code: 'REGISTRATIONS_UNAVAILABLE' },
      message: `The registration service does not answer; no account was changed for that. ${detail}`,
    })
    expect(service.heard).toHaveLength(4)
    expect(pauses()).toEqual([500, 1_000, 2_000])
  })

  test('is forgotten once a try gets through', async () => {
    service.script = (heard, number) => (number < 3 ? { status: 503 } : nobody(heard))
    expect(await client().find(one, never)).toEqual([{ kind: 'none' }])
    expect(pauses()).toEqual([500, 1_000])
  })

  test('waits as long as the service asks for, in seconds or until a date', async () => {
    const answers: Said[] = [
      { status: 429, headers: { 'retry-after': '17' } },
      { status: 503, headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() } },
    ]
    service.script = (heard, number) => answers[number - 1] ?? nobody(heard)
    expect(await client().find(one, never)).toEqual([{ kind: 'none' }])
    expect(pauses()[0]).toBe(17_000)
    expect(pauses()[1]).toBeGreaterThan(40_000)
    expect(pauses()[1]).toBeLessThanOrEqual(43_000)
  })

  test('is the caller’s to wait for where the service asks for more than a minute', async () => {
    service.script = () => ({ status: 503, headers: { 'retry-after': '61' } })
    expect(await failureOf(client().find(one, never))).toBeInstanceOf(TransientError)
    expect(service.heard).toHaveLength(1)
  })

  test('is a silence of ten seconds, too', async () => {
    service.script = () => {
      setImmediate(() => vi.advanceTimersByTime(10_000))
      return 'silence'
    }
    const failure = await failureOf(client({ retries: 1 }).find(one, never))
    expect(failure).toMatchObject({ errorCode: { code: 'REGISTRATIONS_UNAVAILABLE' } })
    expect(service.heard).toHaveLength(2)
  })

  test('is a service that is not there at all', async () => {
    await service.close()
    const failure = await failureOf(client({ retries: 0 }).find(one, never))
    expect(String(failure)).toContain('ECONNREFUSED')
    service = await startScriptedService()
  })
})

describe('the pauses', () => {
  test('are anything from nothing to an exponential ceiling of a minute', () => {
    const ceilings = [1, 2, 3, 6, 7, 40].map((attempt) => fullJitter({ attempt, random: 1 }))
    expect(ceilings).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000])
    expect(fullJitter({ attempt: 40, random: 0 })).toBe(0)
  })

  test.each([
    [null, null],
    ['', null],
    ['soon', null],
    ['0', 0],
    ['2', 2_000],
    ['-5', 0],
    ['Mon, 05 Jan 2026 08:00:10 GMT', 10_000],
    ['Mon, 05 Jan 2026 07:00:00 GMT', 0],
  ])('read a Retry-After of %j as %j ms', (header, expected) => {
    expect(parseRetryAfter({ header, now: Date.UTC(2026, 0, 5, 8) })).toBe(expected)
  })
})

describe('the breaker', () => {
  const failing = () => client({ retries: 0 })

  /** Fails or answers as the letters say. */
  async function calls(registrations: ReturnType<typeof failing>, letters: string): Promise<unknown[]> {
    const failures = []
    for (const letter of letters) {
      service.script = letter === 'f' ? () => ({ status: 500 }) : nobody
      failures.push(await failureOf(registrations.find(one, never)))
    }
    return failures
  }

  test('opens when half of the last twenty calls have failed, and then leaves the service alone', async () => {
    const registrations = failing()
    await calls(registrations, 'ffffffffffaaaaaaaaa')
    expect(breaker()).toEqual([])
    await calls(registrations, 'f')
    expect(breaker()).toEqual(['open'])
    const [failure] = await calls(registrations, 'a')
    expect(failure).toBeInstanceOf(TransientError)
    expect(String(failure)).toContain('It failed too often of late and is left alone for a while.')
    expect(service.heard).toHaveLength(20)
  })

  test('stays closed below that', async () => {
    const registrations = failing()
    await calls(registrations, 'fffffffffaaaaaaaaaaa'.repeat(2))
    expect(breaker()).toEqual([])
  })

  test('lets one call try after thirty seconds: it closes if that gets through, and opens again if it does not', async () => {
    const registrations = failing()
    await calls(registrations, 'f'.repeat(20))
    vi.advanceTimersByTime(29_999)
    await calls(registrations, 'a')
    expect(service.heard).toHaveLength(20)
    vi.advanceTimersByTime(1)
    await calls(registrations, 'ff')
    expect(service.heard).toHaveLength(21)
    expect(breaker()).toEqual(['open', 'halfOpen', 'open'])
    vi.advanceTimersByTime(30_000)
    expect(await calls(registrations, 'aaf')).toMatchObject([{ resolved: [{ kind: 'none' }] }, {}, {}])
    expect(breaker()).toEqual(['open', 'halfOpen', 'open', 'halfOpen', 'closed'])
  })

  test('counts neither a refused key, nor an unreadable answer, nor whoever hangs up', async () => {
    const registrations = failing()
    const hangingUp = async () => {
      const caller = new AbortController()
      service.script = () => {
        caller.abort(new Error('enough'))
        return 'silence'
      }
      await failureOf(registrations.find(one, caller.signal))
    }
    for (let round = 0; round < 8; round += 1) {
      await hangingUp()
      for (const said of [{ status: 401 }, { body: 'no' }]) {
        service.script = () => said
        await failureOf(registrations.find(one, never))
      }
    }
    expect(breaker()).toEqual([])
  })
})

describe('whoever asks', () => {
  test('may hang up while a call is under way', async () => {
    const caller = new AbortController()
    service.script = () => {
      caller.abort(new Error('the lock was lost'))
      return 'silence'
    }
    expect(await failureOf(client().find(one, caller.signal))).toEqual(new Error('the lock was lost'))
    expect(service.heard).toHaveLength(1)
  })

  test('may hang up between two tries', async () => {
    const caller = new AbortController()
    service.script = () => ({ status: 500 })
    const notify = (notice: RegistrationsNotice) => void (notice.kind === 'retrying' && caller.abort(new Error('the lock was lost')))
    expect(await failureOf(client({ notify }).find(one, caller.signal))).toEqual(new Error('the lock was lost'))
    expect(service.heard).toHaveLength(1)
  })

  test('is not let through at all once he has hung up', async () => {
    const gone = AbortSignal.abort(new Error('the lock was lost'))
    expect(await failureOf(client().find(one, gone))).toEqual(new Error('the lock was lost'))
    expect(service.heard).toHaveLength(0)
  })
})

describe('a ping', () => {
  test('asks the service itself, with our key, past the breaker and once', async () => {
    const registrations = client({ retries: 0 })
    service.script = () => ({ status: 500 })
    for (let count = 0; count < 20; count += 1) await failureOf(registrations.find(one, never))
    expect(breaker()).toEqual(['open'])
    expect(await failureOf(registrations.ping(never))).toBeInstanceOf(TransientError)
    service.script = () => ({ status: 401 })
    expect(await failureOf(registrations.ping(never))).toBeInstanceOf(SystemicError)
    service.script = nobody
    await expect(registrations.ping(never)).resolves.toBeUndefined()
    expect(service.heard).toHaveLength(23)
  })
})

test.each([
  [36, true],
  [37, false],
])('a registration id of %i characters in a push or an answer is read: %s', (length, isRead) => {
  const data = {
    registrationId: 'r'.repeat(length),
    registrationNumber: null,
    userId: 'u-1',
    status: 'approved',
    organizationName: 'Hill Farm Co-operative',
    version: 1,
    updatedAt: '2026-01-05T08:00:00.000Z',
  }
  expect(RegistrationView.safeParse(data).success).toBe(isRead)
  expect(RegistrationPush.safeParse({ type: 'registration.changed', data }).success).toBe(isRead)
})
