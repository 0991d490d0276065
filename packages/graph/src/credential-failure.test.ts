import { RetryAfterError, SystemicError } from '@rollcall/engine'
import { expect, test } from 'vitest'
import { credentialError, readCredentialFailure } from './credential-failure.ts'

function named(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more })
}

test.each([
  [
    'a wrong secret',
    named('AuthenticationRequiredError', 'invalid_client: Description: AADSTS7000215: Invalid'),
    'refused',
    'AADSTS7000215',
  ],
  ['Entra in trouble', named('AuthenticationRequiredError', 'AADSTS90033: A transient error has occurred.'), 'busy', 'AADSTS90033'],
  [
    'a status of its own',
    named('AuthenticationRequiredError', 'odd', { cause: named('ServerError', 'odd', { status: 503 }) }),
    'busy',
    'HTTP 503',
  ],
  ['a dead line', named('RestError', 'connect', { code: 'ECONNREFUSED' }), 'unreachable', 'ECONNREFUSED'],
  [
    'a dead line, as MSAL tells it',
    named('CredentialUnavailableError', 'endpoints_resolution_error: See'),
    'unreachable',
    'endpoints_resolution_error',
  ],
  ['a time that ran out', named('TimeoutError', 'The operation timed out.'), 'unreachable', 'TimeoutError'],
  ['a machine without an identity', named('CredentialUnavailableError', 'No identity'), 'noIdentity', 'CredentialUnavailableError'],
  [
    'a machine without an identity, asked in every way',
    named('AggregateAuthenticationError', 'all failed', { errors: [named('CredentialUnavailableError', 'x', { code: 'ENETUNREACH' })] }),
    'noIdentity',
    'AggregateAuthenticationError',
  ],
  ['something else', named('TypeError', 'bug'), 'refused', 'TypeError'],
])('no token for %s', (_, error, fault, code) => {
  expect(readCredentialFailure(error)).toEqual({ fault, code })
})

test('a failure that passes is waited for without spending a try, any other stops the line, and neither quotes what the library said', () => {
  const passing = credentialError(named('TimeoutError', 'secret words'))
  const lasting = credentialError(named('TypeError', 'secret words'))
  expect(passing).toBeInstanceOf(RetryAfterError)
  expect(lasting).toBeInstanceOf(SystemicError)
  expect(passing.message).toMatchInlineSnapshot(
    `"The directory did not answer, or answered with a server error. The token endpoint did not answer (TimeoutError)."`,
  )
  expect(lasting.message).toMatchInlineSnapshot(`"The directory does not accept our credentials. We got no token (TypeError)."`)
})
