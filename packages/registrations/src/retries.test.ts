import { RetryAfterError, TransientError } from '@rollcall/engine'
import { describe, expect, test, vi } from 'vitest'
import { fullJitter } from './policy.ts'
import { parseRetryAfter } from './retry-after.ts'
import { clientTest, failureOf, never, nobody, one } from './test-support/client-test.ts'
import type { Said } from './test-support/start-scripted-service.ts'

const suite = clientTest()

describe('a fault that may pass', () => {
  test.each<[string, Said | 'hangUp', string]>([
    ['500', { status: 500 }, 'HTTP 500 (POST /api/registrations/batch/status).'],
    ['408', { status: 408 }, 'HTTP 408 (POST /api/registrations/batch/status).'],
    ['429', { status: 429 }, 'HTTP 429 (POST /api/registrations/batch/status).'],
    ['a hang-up', 'hangUp', 'UND_ERR_SOCKET (POST /api/registrations/batch/status).'],
  ])('(%s) is tried three times more, with pauses of full jitter, and is transient in the end', async (_what, said, detail) => {
    suite.service.script = () => said
    const failure = await failureOf(suite.client().find(one, never))
    expect(failure).toBeInstanceOf(TransientError)
    expect(failure).toMatchObject({
      errorCode: { code: 'REGISTRATIONS_UNAVAILABLE' },
      message: `The registration service does not answer; no account was changed for that. ${detail}`,
    })
    expect(suite.service.heard).toHaveLength(4)
    expect(suite.pauses()).toEqual([500, 1_000, 2_000])
  })

  test('is forgotten once a try gets through', async () => {
    suite.service.script = (heard, number) => (number < 3 ? { status: 503 } : nobody(heard))
    expect(await suite.client().find(one, never)).toEqual([{ kind: 'none' }])
    expect(suite.pauses()).toEqual([500, 1_000])
  })

  test('waits as long as the service asks for, in seconds or until a date', async () => {
    const answers: Said[] = [
      { status: 429, headers: { 'retry-after': '17' } },
      { status: 503, headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() } },
    ]
    suite.service.script = (heard, number) => answers[number - 1] ?? nobody(heard)
    expect(await suite.client().find(one, never)).toEqual([{ kind: 'none' }])
    expect(suite.pauses()[0]).toBe(17_000)
    expect(suite.pauses()[1]).toBeGreaterThan(40_000)
    expect(suite.pauses()[1]).toBeLessThanOrEqual(43_000)
  })

  test.each([
    [61, 61_000],
    [3_600, 3_600_000],
    [86_400, 3_600_000],
  ])('is the caller’s to wait for where the service asks for more than a minute (%i s), for an hour at most', async (seconds, afterMs) => {
    suite.service.script = () => ({ status: 503, headers: { 'retry-after': String(seconds) } })
    const failure = await failureOf(suite.client().find(one, never))
    expect(failure).toBeInstanceOf(RetryAfterError)
    expect(failure).toMatchObject({ afterMs, errorCode: { code: 'REGISTRATIONS_UNAVAILABLE' } })
    expect(String(failure)).toMatch(/It asked us to wait \d+ s\.$/)
    expect(suite.service.heard).toHaveLength(1)
  })

  test('is a silence of ten seconds, too', async () => {
    suite.service.script = () => {
      setImmediate(() => vi.advanceTimersByTime(10_000))
      return 'silence'
    }
    const failure = await failureOf(suite.client({ retries: 1 }).find(one, never))
    expect(failure).toMatchObject({ errorCode: { code: 'REGISTRATIONS_UNAVAILABLE' } })
    expect(suite.service.heard).toHaveLength(2)
  })

  test('is a service that is not there at all', async () => {
    await suite.service.close()
    const failure = await failureOf(suite.client({ retries: 0 }).find(one, never))
    expect(String(failure)).toContain('ECONNREFUSED')
    await suite.restart()
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
