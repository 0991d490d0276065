import { inspect } from 'node:util'
import type { AccessToken } from '@azure/identity'
import { SystemicError } from '@rollcall/engine'
import { accountToCreate, directoryCall, rejectionOf } from '@rollcall/provisioning/testing'
import { describe, expect, test } from 'vitest'
import { createTokenSource } from './create-token-source.ts'
import { testGraph } from './testing/test-graph.ts'

const graph = testGraph()
const CREATE = { method: 'POST', pathPattern: '/education/users' } as const
const call = directoryCall()
const student = accountToCreate('student')

describe('the token', () => {
  test('is fetched once for calls that come together and kept for later ones', async () => {
    const directory = graph.directory()
    const look = () => directory.findAccount({ username: student.username, pollingUuid: null }, call)
    await Promise.all([look(), look(), look()])
    await look()
    expect(graph.simulator.counters().tokensIssued).toBe(1)
  })

  test('is fetched anew once when Graph refuses it, and the create goes out again', async () => {
    const directory = graph.directory()
    await directory.findAccount({ username: student.username, pollingUuid: null }, call)
    graph.simulator.expireTokens()
    await Promise.all([graph.createAccount(directory), directory.findAccount({ username: 'nobody', pollingUuid: null }, call)])
    expect(graph.simulator.counters().tokensIssued).toBe(2)
    expect(graph.simulator.counters().creates[graph.upn(student.username)]?.committed).toBe(1)
  })

  test('stops the line when the new one is refused too', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'expireTokens' } })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(SystemicError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_UNAUTHENTICATED' } })
    expect(graph.sent).toHaveLength(2)
  })

  test('that is refused stops the line, and the error holds no secret', async () => {
    const directory = graph.directory({ GRAPH_CLIENT_SECRET: 'a-wrong-secret' })
    const refusal = await rejectionOf(directory.createAccount(student, call))
    expect(refusal).toBeInstanceOf(SystemicError)
    expect(String(refusal)).toMatchInlineSnapshot(
      `"SystemicError: The directory does not accept our credentials. We got no token (AADSTS7000215)."`,
    )
    expect(inspect(refusal, { depth: 10, showHidden: true })).not.toContain('a-wrong-secret')
  })

  test('that cannot be fetched for a dead line is tried again later, and nothing was sent to Graph', async () => {
    const directory = graph.directory()
    await graph.simulator.stop()
    try {
      const refusal = await rejectionOf(directory.createAccount(student, call))
      expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_UNAVAILABLE' }, afterMs: 10_000 })
      expect(graph.sent).toEqual([])
    } finally {
      await graph.simulator.start()
    }
  })

  test('that never comes is asked for anew by whoever comes after a caller gave up', async () => {
    const answers = [Promise.withResolvers<AccessToken>(), Promise.withResolvers<AccessToken>()]
    let asked = 0
    const getToken = () => answers[asked++]?.promise ?? Promise.reject(new Error('asked too often'))
    const tokens = createTokenSource({ createCredential: () => ({ getToken }), scope: 'any' })
    const stop = new AbortController()
    const leaving = rejectionOf(tokens.get(stop.signal))
    const staying = tokens.get(call.signal)
    stop.abort(new Error('out of time'))
    expect(await leaving).toEqual(new Error('out of time'))
    answers[1]?.resolve({ token: 'second', expiresOnTimestamp: 0 })
    expect(await tokens.get(call.signal)).toBe('second')
    answers[0]?.resolve({ token: 'first', expiresOnTimestamp: 0 })
    expect(await staying).toBe('first')
    expect(asked).toBe(2)
  })

  test('is not asked for by a caller who has stopped already, whose failure nobody would hear of', async () => {
    let asked = 0
    const getToken = () => {
      asked += 1
      return Promise.reject(new Error('down'))
    }
    const tokens = createTokenSource({ scope: 'scope', createCredential: () => ({ getToken }) })
    const reason = new Error('stopped')
    expect(await rejectionOf(tokens.get(AbortSignal.abort(reason)))).toBe(reason)
    expect(asked).toBe(0)
  })

  test('that several callers refuse costs one new credential, and a newer token stays', async () => {
    let made = 0
    const createCredential = () => {
      made += 1
      const token = `token of credential ${made}`
      return { getToken: () => Promise.resolve({ token, expiresOnTimestamp: 0 }) }
    }
    const tokens = createTokenSource({ createCredential, scope: 'any' })
    const first = await tokens.get(call.signal)
    tokens.refuse(first)
    expect(await tokens.get(call.signal)).toBe('token of credential 2')
    tokens.refuse(first)
    expect(await tokens.get(call.signal)).toBe('token of credential 2')
  })
})
