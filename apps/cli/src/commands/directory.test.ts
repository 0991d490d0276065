import tls from 'node:tls'
import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import {
  createGraphSimulator,
  type GraphSimulator,
  SIMULATED_CLIENT_ID,
  SIMULATED_CLIENT_SECRET,
  SIMULATED_DOMAIN,
  SIMULATED_TENANT_ID,
} from '@rollcall/simulators'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestCli, type RunCommand } from '../test-support/create-test-cli.ts'

// What it does with a fleet that was restored is told by e2e/faults/sql-restored.test.ts.
const GRAPH = {
  GRAPH_TENANT_ID: SIMULATED_TENANT_ID,
  GRAPH_CLIENT_ID: SIMULATED_CLIENT_ID,
  GRAPH_CLIENT_SECRET: SIMULATED_CLIENT_SECRET,
  GRAPH_DOMAIN: SIMULATED_DOMAIN,
  GRAPH_MARKER: 'employeeId',
}

test('names are taken back for a reason only', async () => {
  const { code, err } = await createTestCli({ env: GRAPH })('directory', 'strangers', '--take-back')
  expect([code, err]).toEqual([2, 'Say why: --take-back needs a --reason.'])
})

test('says which settings it lacks to reach the directory', async () => {
  const { code, err } = await createTestCli({ env: {} })('directory', 'strangers')
  expect([code, err]).toEqual([2, expect.stringContaining('GRAPH_DOMAIN: is not set')])
})

describe('accounts of which the database knows nothing', () => {
  let simulator: GraphSimulator
  let database: TestDatabase
  let rollcall: RunCommand
  beforeEach(async () => {
    simulator = await createGraphSimulator()
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.ca])
    const url = await simulator.start()
    database = await createTestDatabase()
    const env = { ...GRAPH, GRAPH_BASE_URL: url, GRAPH_AUTHORITY_HOST: url, DATABASE_URL: database.url }
    rollcall = createTestCli({ env, database: database.database })
  })
  afterEach(async () => {
    await simulator.close()
    await database.cleanup()
  })

  const account = (name: string, marker: string) => ({ userPrincipalName: `${name}@${SIMULATED_DOMAIN}`, marker })
  const takeBack = () => rollcall('directory', 'strangers', '--take-back', '--reason', 'restored to 09:50', '--json')

  test('are listed by the ids of account and person, without their names', async () => {
    simulator.seed({ users: [account('mila.probna', 'P-1')] })
    const { code, out } = await rollcall('directory', 'strangers')
    expect(code).toBe(1)
    expect(out).toContain('P-1')
    expect(out).not.toContain('mila')
  })

  test('are their persons’ again, each with an audit row that names the person and the reason', async () => {
    simulator.seed({ users: [account('gk12345678', 'P-1'), account('mila.probna', 'P-2')] })
    expect((await takeBack()).code).toBe(0)
    expect(await database.database.prisma.usernameReservation.findMany({ orderBy: { personId: 'asc' } })).toMatchObject([
      { username: 'gk12345678', personId: 'P-1', kind: 'student' },
      { username: 'mila.probna', personId: 'P-2', kind: 'teacher' },
    ])
    const rows = await database.database.audit.list({ targetType: 'person', targetId: 'P-2', limit: 2 })
    expect(rows).toMatchObject([{ action: 'username.takeBack', reason: 'restored to 09:50', details: { kind: 'teacher' } }])
  })

  test('are left alone where a person has two of them', async () => {
    simulator.seed({ users: [account('gk12345678', 'P-1'), account('gk87654321', 'P-1'), account('mila.probna', 'P-2')] })
    const { code, json } = await takeBack()
    expect(code).toBe(1)
    const { accounts } = json() as { readonly accounts: readonly { readonly personId: string; readonly state: string }[] }
    expect(accounts.map(({ personId, state }) => [personId, state]).toSorted()).toEqual([
      ['P-1', 'second'],
      ['P-1', 'second'],
      ['P-2', 'takenBack'],
    ])
    expect(await database.database.prisma.usernameReservation.findMany()).toMatchObject([{ username: 'mila.probna' }])
  })

  test('are nobody’s whose marker is no id of the register', async () => {
    simulator.seed({ users: [account('caretaker', 'house no. 4')] })
    expect(await takeBack()).toMatchObject({ code: 0 })
    expect(await database.database.prisma.usernameReservation.count()).toBe(0)
  })
})
