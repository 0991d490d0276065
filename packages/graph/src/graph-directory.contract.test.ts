import { directoryContract } from '@rollcall/provisioning/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assertFitsContract, hasContract } from './testing/assert-fits-contract.ts'
import { type GraphUnderTest, startGraph } from './testing/start-graph.ts'

const STUDENT_SKU = '94763226-9b3c-4e75-a931-5c89701abe66'
const HIDDEN_MS = 60_000

let graph: GraphUnderTest
beforeAll(async () => {
  graph = await startGraph()
})
afterAll(() => graph.simulator.close())

describe.each(['externalId', 'employeeId'])('with the marker in %s', (marker) => {
  directoryContract({
    name: 'GraphDirectory',
    createDirectory: () => {
      const { simulator, clock, upn } = graph
      simulator.reset()
      const seeded = simulator.seed({
        schools: [{ externalId: 'S-1' }],
        classes: [{ externalId: 'C-1', schoolExternalId: 'S-1' }],
        skus: [{ skuPartNumber: 'STUDENTS', skuId: STUDENT_SKU, enabled: 1 }],
      })
      const names = new Map([...Object.entries(seeded.schools), ...Object.entries(seeded.classes)].map(([name, id]) => [id, name]))
      const named = (ids: readonly string[]) => ids.map((id) => names.get(id) ?? id)
      return {
        directory: graph.directory({ GRAPH_MARKER: marker, GRAPH_LICENCE_SKU_STUDENT: STUDENT_SKU }),
        schoolId: 'S-1',
        classId: 'C-1',
        addForeignAccount: (username) => void simulator.seed({ users: [{ userPrincipalName: upn(username) }] }),
        loseNextCreateAnswer: () =>
          void simulator.addFault({ match: { method: 'POST' }, fault: { kind: 'commitThen', status: 504 }, times: 1 }),
        throttleNext: (seconds) => void simulator.addFault({ fault: { kind: 'throttle429', retryAfterSeconds: seconds }, times: 1 }),
        hide: (username) => simulator.setLag({ hide: upn(username), ms: HIDDEN_MS }),
        reveal: () => clock.advance(HIDDEN_MS),
        look: (username) => {
          const account = simulator.state().users.find((user) => user.userPrincipalName === upn(username))
          return (
            account && {
              schools: named(account.schools),
              memberOf: named(account.memberOf),
              teaches: named(account.teaches),
              licences: account.licences.length,
            }
          )
        },
        countAccounts: () => simulator.state().totals.users,
        now: clock.now,
      }
    },
  })
})

test.skipIf(!hasContract)("everything that was sent fits Microsoft's own contract", () => {
  expect(graph.sent.length).toBeGreaterThan(100)
  expect(() => assertFitsContract(graph.sent)).not.toThrow()
})

test.skipIf(!hasContract)("a field that Microsoft's contract does not know is found", () => {
  const sent = { method: 'POST', path: '/education/users', headers: new Headers(), body: { primaryRole: 'student', personId: 'P-1' } }
  expect(() => assertFitsContract([sent])).toThrow('POST /education/users sends what microsoft.graph.educationUser does not know')
})

test('the official client never repeated a request by itself', () => {
  expect(graph.sent.filter(({ headers }) => headers.has('Retry-Attempt'))).toEqual([])
})
