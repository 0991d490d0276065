import { expect, test } from 'vitest'
import { chainOf, findNetworkFailure } from './network-failure.ts'

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code })
}

test.each([
  ['a refused connection', new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }), false],
  ['a name that nobody knows', new TypeError('fetch failed', { cause: withCode('ENOTFOUND') }), false],
  ['a certificate that we do not trust', new TypeError('fetch failed', { cause: withCode('SELF_SIGNED_CERT_IN_CHAIN') }), false],
  ['every address of a host refusing', new TypeError('fetch failed', { cause: new AggregateError([withCode('ECONNREFUSED')]) }), false],
  ['a connection that broke', new TypeError('fetch failed', { cause: withCode('ECONNRESET') }), true],
  ['an answer that broke off', new TypeError('terminated', { cause: withCode('UND_ERR_SOCKET') }), true],
  ['a failure without a code', new TypeError('fetch failed', { cause: new Error('bad port') }), true],
])('%s: whether Graph may have seen the request is known', (_, error, mayHaveArrived) => {
  expect(findNetworkFailure(error)).toEqual({ code: expect.any(String), mayHaveArrived })
})

test('an error that is not of the network is none', () => {
  expect(findNetworkFailure(new TypeError('x is not a function'))).toBeNull()
  expect(findNetworkFailure('fetch failed')).toBeNull()
})

test('errors that cause each other are walked once', () => {
  const first = new Error('first')
  const second = new Error('second', { cause: first })
  first.cause = second
  expect(chainOf(first)).toEqual([first, second])
})
