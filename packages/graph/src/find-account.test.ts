import { RetryAfterError, TransientError } from '@rollcall/engine'
import { accountToCreate, directoryCall, rejectionOf } from '@rollcall/provisioning/testing'
import { describe, expect, test } from 'vitest'
import { makeFindAccount } from './find-account.ts'
import { testGraph } from './testing/test-graph.ts'

const graph = testGraph()
const call = directoryCall()
const student = accountToCreate('student')

describe('finding an account', () => {
  test('takes a username with an apostrophe and a hash as it is', async () => {
    const odd = { ...accountToCreate('teacher'), username: "o'neil#1" }
    const directory = graph.directory()
    await directory.createAccount(odd, call)
    expect(await directory.findAccount({ username: odd.username, pollingUuid: null }, call)).toMatchObject({ username: odd.username })
  })

  test('finds nothing while the second replica does not know the account that the first one showed', async () => {
    const directory = graph.directory()
    await graph.createAccount(directory)
    graph.simulator.addFault({
      match: { method: 'GET', pathPattern: '/education/users/*' },
      fault: { kind: 'error', status: 404, code: 'Request_ResourceNotFound' },
      times: 1,
    })
    const look = () => directory.findAccount({ username: student.username, pollingUuid: null }, call)
    expect(await look()).toBeNull()
    expect(await look()).toMatchObject({ marker: student.personId })
  })

  test.each([
    ['a server error', { kind: 'error', status: 502, code: 'UnknownError' }, TransientError],
    ['a broken connection', { kind: 'reset' }, TransientError],
    ['a throttled read', { kind: 'throttle429', retryAfterSeconds: 3 }, RetryAfterError],
  ] as const)('fails after %s, since it knows nothing then', async (_, fault, kind) => {
    const directory = graph.directory()
    graph.simulator.addFault({ match: { method: 'GET' }, fault, times: 1 })
    expect(await rejectionOf(directory.findAccount({ username: student.username, pollingUuid: null }, call))).toBeInstanceOf(kind)
  })

  test('does not lose an account over a date that it cannot read', async () => {
    const answer = { id: 'id-1', userPrincipalName: 'ab12345678@edu.example', employeeId: 'P-0001', createdDateTime: 'yesterday' }
    const send = () => Promise.resolve({ kind: 'success', status: 200, body: answer, where: '' } as const)
    const findAccount = makeFindAccount({ send, config: graph.config({ GRAPH_MARKER: 'employeeId' }) })
    expect(await findAccount({ username: student.username, pollingUuid: null }, call)).toMatchObject({ azureId: 'id-1', createdAt: null })
  })
})
