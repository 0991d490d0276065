import { RetryAfterError, SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { CLASSIFICATION, classify, type Meaning, type Purpose } from './classification.ts'
import { directoryError } from './directory-error.ts'
import { parseJson, readRefusal } from './read-refusal.ts'

interface Case {
  readonly purpose?: Purpose
  readonly status: number
  readonly code?: string
  readonly details?: readonly string[]
  readonly message?: string
}

const SAME_VALUE = 'Another object with the same value for property userPrincipalName already exists.'
const CONFLICTING = 'A conflicting object with one or more of the specified property values is present in the directory.'
const ALREADY = "One or more added object references already exist for the following modified properties: 'members'."

describe('an answer of Graph means', () => {
  test.each<[Meaning, Case]>([
    ['unauthenticated', { status: 401, code: 'InvalidAuthenticationToken' }],
    ['throttled', { status: 429, code: 'TooManyRequests' }],
    ['throttled', { status: 429, code: 'ActivityLimitReached', purpose: 'create' }],
    ['unavailable', { status: 408 }],
    ['unavailable', { status: 500, code: 'InternalServerError' }],
    ['unavailable', { status: 503, code: 'ServiceUnavailable', purpose: 'create' }],
    ['unavailable', { status: 507, code: 'InsufficientStorage' }],
    ['conflict', { status: 400, purpose: 'create', code: 'Request_BadRequest', details: ['ObjectConflict'] }],
    ['conflict', { status: 400, purpose: 'create', code: 'Request_BadRequest', details: ['InvalidValue', 'ConflictingObjects'] }],
    ['conflict', { status: 400, purpose: 'create', code: 'Request_BadRequest', message: SAME_VALUE }],
    ['alreadyThere', { status: 400, purpose: 'place', code: 'Request_BadRequest', message: ALREADY }],
    ['alreadyThere', { status: 400, purpose: 'place', code: 'Request_BadRequest', message: CONFLICTING }],
    ['unexpected', { status: 400, purpose: 'place', code: 'Request_BadRequest', message: 'Invalid URL format specified.' }],
    ['ambiguous', { status: 400, code: 'Request_MultipleObjectsWithSameKeyValue' }],
    ['licenceRefused', { status: 400, purpose: 'licence', code: 'Request_BadRequest' }],
    ['refusedData', { status: 400, purpose: 'create', code: 'Request_BadRequest', details: ['InvalidValue'] }],
    ['refusedData', { status: 400, purpose: 'create', code: 'Request_BadRequest', message: 'The specified password does not comply.' }],
    ['refusedData', { status: 400, purpose: 'update', code: 'Request_BadRequest' }],
    ['refusedData', { status: 422, code: 'Request_UnprocessableEntity' }],
    ['tenantQuota', { status: 403, purpose: 'create', code: 'Directory_QuotaExceeded' }],
    ['objectQuota', { status: 403, purpose: 'place', code: 'Directory_QuotaExceeded' }],
    ['forbidden', { status: 403, purpose: 'create', code: 'Authorization_RequestDenied' }],
    ['forbidden', { status: 403, code: 'AccessDenied' }],
    ['missing', { status: 404, code: 'Request_ResourceNotFound' }],
    ['busy', { status: 409, code: 'Directory_ConcurrencyViolation', purpose: 'licence' }],
    ['unexpected', { status: 409, code: 'Conflict' }],
    ['unexpected', { status: 400, code: 'BadRequest', purpose: 'create' }],
    ['unexpected', { status: 302 }],
  ])('%s: %o', (meaning, { purpose = 'read', status, code = '', details = [], message = '' }) => {
    expect(classify({ purpose, status, code, details, message })).toBe(meaning)
  })

  test('by a sentence only where a read confirms it afterwards', () => {
    const byHint = CLASSIFICATION.filter(({ hint }) => hint !== undefined).map(({ means }) => means)
    expect(new Set(byHint)).toEqual(new Set(['conflict', 'alreadyThere']))
  })
})

describe('the engine is told', () => {
  const NOW = Date.parse('2026-09-15T06:00:00Z')

  function errorFor({ purpose = 'read', status, code = 'Code', message = '' }: Case, retryAfter: string | null = null) {
    return directoryError(
      readRefusal({ purpose, status, retryAfter, body: { error: { code, message } }, where: 'GET /users/{id}', now: NOW }),
    )
  }

  test.each([
    [403, 'Authorization_RequestDenied', SystemicError, 'DIRECTORY_FORBIDDEN'],
    [401, 'InvalidAuthenticationToken', SystemicError, 'DIRECTORY_UNAUTHENTICATED'],
    [403, 'Directory_QuotaExceeded', TerminalError, 'DIRECTORY_OBJECT_QUOTA'],
    [400, 'Request_MultipleObjectsWithSameKeyValue', TerminalError, 'DIRECTORY_AMBIGUOUS'],
    [422, 'Request_UnprocessableEntity', TerminalError, 'DIRECTORY_REFUSED_DATA'],
    [409, 'Directory_ConcurrencyViolation', TransientError, 'DIRECTORY_BUSY'],
    [502, 'UnknownError', TransientError, 'DIRECTORY_UNAVAILABLE'],
    [418, 'Teapot', TransientError, 'DIRECTORY_UNEXPECTED'],
  ])('%i %s is %o %s', (status, code, kind, errorCode) => {
    const error = errorFor({ status, code })
    expect(error).toBeInstanceOf(kind)
    expect(error.errorCode.code).toBe(errorCode)
  })

  test('that a tenant at its quota stops every create', () => {
    const error = errorFor({ purpose: 'create', status: 403, code: 'Directory_QuotaExceeded' })
    expect(error).toBeInstanceOf(SystemicError)
    expect(error.errorCode.code).toBe('DIRECTORY_TENANT_QUOTA')
  })

  test.each([
    ['17', 17_000],
    ['0', 1_000],
    ['Tue, 15 Sep 2026 06:02:30 GMT', 150_000],
    ['Tue, 15 Sep 2026 05:00:00 GMT', 1_000],
    ['86400', 3_600_000],
    ['soon', 10_000],
    [null, 10_000],
  ])('to wait after a 429 with Retry-After %o for %i ms', (header, afterMs) => {
    const error = errorFor({ status: 429 }, header)
    expect(error).toBeInstanceOf(RetryAfterError)
    expect(error).toMatchObject({ afterMs })
  })

  test('to wait, at no try spent, where a batch says that it did not try', () => {
    expect(errorFor({ purpose: 'create', status: 424, code: 'FailedDependency' }, '7')).toMatchObject({ afterMs: 7_000 })
    expect(errorFor({ status: 424 })).toBeInstanceOf(RetryAfterError)
  })

  test('to wait after a 503 that names a time, and only to try again after one that does not', () => {
    expect(errorFor({ status: 503 }, '7')).toMatchObject({ afterMs: 7_000, errorCode: { code: 'DIRECTORY_THROTTLED' } })
    expect(errorFor({ status: 503 })).toMatchObject({ errorCode: { code: 'DIRECTORY_UNAVAILABLE' } })
  })

  test('what Graph answered, where and how long to wait, and nothing of what it wrote in words', () => {
    const error = errorFor({ status: 429, code: 'TooManyRequests', message: 'mira.lind@edu.example is too fast' }, '17')
    expect(error.message).toMatchInlineSnapshot(
      `"The directory asked us to wait. Graph answered 429 TooManyRequests and asked us to wait 17 s (GET /users/{id})."`,
    )
  })

  test('nothing of a body that is no error of Graph, nor of a code that is no word', () => {
    const html = readRefusal({
      purpose: 'read',
      status: 502,
      retryAfter: null,
      body: parseJson('<html>Mira Lind</html>'),
      where: 'GET /users',
      now: NOW,
    })
    expect(directoryError(html).message).toMatchInlineSnapshot(
      `"The directory did not answer, or answered with a server error. Graph answered 502 without an error body (GET /users)."`,
    )
    expect(errorFor({ status: 418, code: 'user mira.lind@edu.example' }).message).toMatchInlineSnapshot(
      `"The directory answered in a way that we do not know. Graph answered 418 with an odd code (GET /users/{id})."`,
    )
  })
})
