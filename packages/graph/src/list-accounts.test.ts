import { accountToCreate, directoryCall } from '@rollcall/provisioning/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MarkedAccount } from './list-accounts.ts'
import { testGraph } from './testing/test-graph.ts'

const graph = testGraph()
const waited: number[] = []
beforeEach(() => {
  waited.length = 0
})

/** The clock goes on as long as Graph asks to wait. */
async function pause(ms: number): Promise<void> {
  waited.push(ms)
  graph.clock.advance(ms)
}

async function listed(overrides: Readonly<Record<string, string>> = {}): Promise<MarkedAccount[]> {
  const found: MarkedAccount[] = []
  for await (const page of graph.directory(overrides).listAccounts(directoryCall(), pause)) found.push(...page)
  return found
}

describe('the list of our accounts', () => {
  test('tells whose each is and of which kind, and of nobody else’s', async () => {
    const student = await graph.createAccount(graph.directory(), accountToCreate('student', { personId: 'P-1', username: 'gk1' }))
    const teacher = await graph.createAccount(graph.directory(), accountToCreate('teacher', { personId: 'P-2', username: 'a.b' }))
    graph.simulator.seed({ users: [{ userPrincipalName: graph.upn('somebody') }] })

    expect(await listed()).toEqual([
      { azureId: student, username: 'gk1', marker: 'P-1', kind: 'student' },
      { azureId: teacher, username: 'a.b', marker: 'P-2', kind: 'teacher' },
    ])
  })

  test('follows the pages to the last one', async () => {
    const many = 1_100
    graph.simulator.seed({
      users: Array.from({ length: many }, (_none, index) => ({ userPrincipalName: graph.upn(`nobody${index}`) })),
    })
    const azureId = await graph.createAccount(graph.directory(), accountToCreate('student', { personId: 'P-1', username: 'gk1' }))
    expect(await listed()).toEqual([{ azureId, username: 'gk1', marker: 'P-1', kind: 'student' }])
    expect(graph.callsTo('GET /education/users')).toBe(2)
  })

  test('is told by employeeId where the tenant is set up so', async () => {
    const overrides = { GRAPH_MARKER: 'employeeId' }
    const account = accountToCreate('student', { personId: 'P-1', username: 'gk1' })
    const azureId = await graph.createAccount(graph.directory(overrides), account)
    expect(await listed(overrides)).toEqual([{ azureId, username: 'gk1', marker: 'P-1', kind: null }])
  })

  test('waits where Graph asks to, and goes on at the same page', async () => {
    const azureId = await graph.createAccount(graph.directory(), accountToCreate('student', { personId: 'P-1', username: 'gk1' }))
    graph.simulator.addFault({
      match: { pathPattern: '/education/users' },
      fault: { kind: 'throttle429', retryAfterSeconds: 17 },
      times: 2,
    })
    expect(await listed()).toEqual([{ azureId, username: 'gk1', marker: 'P-1', kind: 'student' }])
    expect(waited).toEqual([17_000, 17_000])
  })

  test('a list that Graph does not know is no empty one', async () => {
    graph.simulator.addFault({ match: { pathPattern: '/education/users' }, fault: { kind: 'error', status: 404, code: 'NotFound' } })
    await expect(listed()).rejects.toThrow('GET /education/users')
  })
})
