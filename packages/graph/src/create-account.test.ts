import { inspect } from 'node:util'
import { RetryAfterError, SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import { accountToCreate, directoryCall, rejectionOf } from '@rollcall/provisioning/testing'
import { describe, expect, test } from 'vitest'
import { closedPort } from './testing/closed-port.ts'
import { testGraph } from './testing/test-graph.ts'

const graph = testGraph()
const CREATE = { method: 'POST', pathPattern: '/education/users' } as const
const call = directoryCall()
const student = accountToCreate('student')

describe('creating an account', () => {
  test('is one write, with everything that a licence will ask for', async () => {
    await graph.createAccount()
    expect(graph.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /education/users'])
    expect(graph.sent[0]?.body).toEqual({
      accountEnabled: true,
      displayName: 'Mira Lind',
      givenName: 'Mira',
      surname: 'Lind',
      mailNickname: student.username,
      userPrincipalName: graph.upn(student.username),
      passwordProfile: { password: student.initialPassword, forceChangePasswordNextSignIn: true },
      usageLocation: 'BG',
      primaryRole: 'student',
      student: { externalId: student.personId, grade: '7' },
    })
  })

  test("sends the run's uuid as client-request-id", async () => {
    await graph.createAccount()
    expect(graph.sent[0]?.headers.get('client-request-id')).toBe(call.runUuid)
  })

  test('cuts names that Entra would refuse for their length', async () => {
    const long = { ...student, firstName: 'Ä'.repeat(100), middleName: 'Б'.repeat(100), lastName: `${'a'.repeat(63)}😀`.padEnd(100, 'z') }
    await graph.createAccount(graph.directory(), long)
    expect(graph.sent[0]?.body).toMatchObject({ givenName: 'Ä'.repeat(64), middleName: 'Б'.repeat(64), surname: 'a'.repeat(63) })
  })

  test.each([
    ['commitThen', { kind: 'commitThen', status: 504 }],
    ['commitThen 503', { kind: 'commitThen', status: 503 }],
    ['commitThenReset', { kind: 'commitThenReset' }],
  ] as const)('is unknown after %s, and was carried out exactly once', async (_, fault) => {
    graph.simulator.addFault({ match: CREATE, fault, times: 1 })
    expect(await graph.directory().createAccount(student, call)).toMatchObject({ kind: 'unknown' })
    const counters = graph.simulator.counters()
    expect(counters.creates[graph.upn(student.username)]).toEqual({ attempts: 1, committed: 1 })
    expect(counters.retryAttempts).toBe(0)
  })

  test('is unknown after a connection that broke before anything was done', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'reset' }, times: 1 })
    const answer = await graph.directory().createAccount(student, call)
    expect(answer).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('POST /education/users') })
    expect(graph.simulator.state().totals.users).toBe(0)
  })

  test('is unknown when no answer comes in time', async () => {
    const directory = graph.directory({ GRAPH_REQUEST_TIMEOUT_MS: '1000' })
    await directory.findAccount({ username: 'warm-up', pollingUuid: null }, call)
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'slow', ms: 60_000 }, times: 1 })
    expect(await directory.createAccount(student, call)).toMatchInlineSnapshot(`
      {
        "kind": "unknown",
        "reason": "No answer within 1 s (POST /education/users).",
      }
    `)
    graph.clock.advance(60_000)
  })

  test('waits without spending a try, and is not unknown, where nobody can have seen it', async () => {
    const refusal = await rejectionOf(
      graph.directory({ GRAPH_BASE_URL: `https://localhost:${await closedPort()}` }).createAccount(student, call),
    )
    expect(refusal).toBeInstanceOf(RetryAfterError)
    expect(String(refusal)).toMatchInlineSnapshot(
      `"RetryAfterError: The directory did not answer, or answered with a server error. The connection failed with ECONNREFUSED (POST /education/users)."`,
    )
  })

  test.each([
    ['a password against the rules', { initialPassword: 'weak' }],
    ['a username that Entra does not take', { username: 'mira lind' }],
  ])('is refused for good for %s, and the error names nobody', async (_, wrong) => {
    const account = { ...student, ...wrong }
    const refusal = await rejectionOf(graph.directory().createAccount(account, call))
    expect(refusal).toBeInstanceOf(TerminalError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_REFUSED_DATA' } })
    for (const secret of [account.initialPassword, account.username, account.firstName, account.personId]) {
      expect(inspect(refusal, { depth: 10, showHidden: true })).not.toContain(secret)
    }
  })

  test('is refused for good in a domain that the tenant has not verified', async () => {
    const refusal = await rejectionOf(graph.directory({ GRAPH_DOMAIN: 'elsewhere.example' }).createAccount(student, call))
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_REFUSED_DATA' } })
  })

  test('stops the line when the tenant is full', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'quotaExceeded' } })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(SystemicError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_TENANT_QUOTA' } })
  })

  test('stops the line when our application may not', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'forbidden' } })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(SystemicError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_FORBIDDEN' } })
  })

  test('tries again later when the tenant is busy with others', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'concurrencyViolation' }, times: 1 })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(TransientError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_BUSY' } })
  })

  test('tries again later after an answer that nobody has seen before', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'error', status: 418, code: 'Teapot', message: 'Mira' }, times: 1 })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(TransientError)
    expect(String(refusal)).toMatch(/Graph answered 418 Teapot \(POST \/education\/users, request-id [\w-]+\)\.$/)
  })

  test("ends with the signal's reason when it is stopped on the way", async () => {
    const directory = graph.directory()
    await directory.findAccount({ username: 'warm-up', pollingUuid: null }, call)
    const stop = new AbortController()
    const reason = new Error('The lock of this job is lost.')
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'slow', ms: 60_000 }, times: 1 })
    const pending = rejectionOf(directory.createAccount(student, directoryCall({ signal: stop.signal })))
    await expect.poll(() => graph.simulator.counters().byFault.slow).toBe(1)
    stop.abort(reason)
    expect(await pending).toBe(reason)
    graph.clock.advance(60_000)
  })
})
