import { RetryAfterError, SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import { directoryCall, rejectionOf } from '@rollcall/provisioning/testing'
import { expect, test } from 'vitest'
import { testGraph } from './testing/test-graph.ts'

const graph = testGraph()
const call = directoryCall()

test.each([
  ['alone', '0'],
  ['in a batch', '10'],
])('ends the sessions of a user %s, as often as it is asked', async (_, windowMs) => {
  const directory = graph.directory({ GRAPH_BATCH_WINDOW_MS: windowMs })
  const azureId = await graph.createAccount(directory)
  expect(await directory.sessions.revoke({ azureId }, call)).toBe('revoked')
  expect(await directory.sessions.revoke({ azureId }, { ...call, bulk: true })).toBe('revoked')
  expect(graph.callsTo('POST /users/{id}/revokeSignInSessions')).toBe(2)
})

test('says of a user that the directory does not have that there is none', async () => {
  const azureId = '00000000-0000-0000-0000-000000000000'
  expect(await graph.directory().sessions.revoke({ azureId }, call)).toBe('noSuchUser')
})

test.each([
  ['a server error', { kind: 'error', status: 502, code: 'UnknownError' }, TransientError],
  ['a broken connection', { kind: 'reset' }, TransientError],
  ['a throttled call', { kind: 'throttle429', retryAfterSeconds: 3 }, RetryAfterError],
  [
    'a refusal for lack of rights, which is this run’s alone',
    { kind: 'error', status: 403, code: 'Authorization_RequestDenied' },
    TerminalError,
  ],
  ['a token that is not accepted', { kind: 'error', status: 401, code: 'InvalidAuthenticationToken' }, SystemicError],
] as const)('throws the engine’s word for %s', async (_, fault, kind) => {
  const directory = graph.directory()
  const azureId = await graph.createAccount(directory)
  graph.simulator.addFault({ match: { method: 'POST', pathPattern: '/users/*/revokeSignInSessions' }, fault, times: 2 })
  expect(await rejectionOf(directory.sessions.revoke({ azureId }, call))).toBeInstanceOf(kind)
})
