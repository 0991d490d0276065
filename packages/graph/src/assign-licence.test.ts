import { TerminalError, TransientError } from '@rollcall/engine'
import { directoryCall, rejectionOf } from '@rollcall/provisioning/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { testGraph } from './testing/test-graph.ts'

const graph = testGraph()
const SKU = '94763226-9b3c-4e75-a931-5c89701abe66'
const call = directoryCall()

describe('assigning a licence', () => {
  const licensed = () => graph.directory({ GRAPH_LICENCE_SKU_STUDENT: SKU.toUpperCase() })

  beforeEach(() => {
    graph.simulator.seed({ skus: [{ skuPartNumber: 'STUDENTS', skuId: SKU, enabled: 5 }] })
  })

  test('costs one write for an account that we made, and none where it is there', async () => {
    const directory = licensed()
    const azureId = await graph.createAccount(directory)
    const before = graph.simulator.counters().writes
    expect(await directory.assignLicence({ azureId, kind: 'student' }, call)).toBe('placed')
    expect(await directory.assignLicence({ azureId, kind: 'student' }, call)).toBe('placed')
    expect(graph.simulator.counters().writes - before).toBe(1)
  })

  test('sets the usage location first where an adopted account has none', async () => {
    const { users } = graph.simulator.seed({ users: [{ userPrincipalName: graph.upn('adopted'), primaryRole: 'student', marker: 'P-1' }] })
    const azureId = users[graph.upn('adopted')] ?? ''
    expect(await licensed().assignLicence({ azureId, kind: 'student' }, call)).toBe('placed')
    expect(graph.sent.find(({ method }) => method === 'PATCH')?.body).toEqual({ usageLocation: 'BG' })
  })

  test('is given up when the tenant does not have the subscription at all', async () => {
    const directory = graph.directory({ GRAPH_LICENCE_SKU_STUDENT: '00000000-0000-4000-8000-000000000000' })
    const refusal = await rejectionOf(directory.assignLicence({ azureId: await graph.createAccount(directory), kind: 'student' }, call))
    expect(refusal).toBeInstanceOf(TerminalError)
    expect(String(refusal)).toMatchInlineSnapshot(
      `"TerminalError: No licence is left to assign. The tenant has no subscription 00000000-0000-4000-8000-000000000000."`,
    )
  })

  test('tries again later when Graph refuses although units are left', async () => {
    const directory = licensed()
    const azureId = await graph.createAccount(directory)
    graph.simulator.addFault({
      match: { pathPattern: '/users/*/assignLicense' },
      fault: {
        kind: 'error',
        status: 400,
        code: 'Request_BadRequest',
        message: 'License assignment cannot be done for user with invalid usage location.',
      },
      times: 1,
    })
    const refusal = await rejectionOf(directory.assignLicence({ azureId, kind: 'student' }, call))
    expect(refusal).toBeInstanceOf(TransientError)
    expect(await directory.assignLicence({ azureId, kind: 'student' }, call)).toBe('placed')
  })
})
