import type { Directory } from '@rollcall/provisioning'
import { directoryCall, directoryContract } from '@rollcall/provisioning/testing'
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

/** Every call goes out with look-ups of nobody, so that whatever the contract claims is claimed of an item of a batch. */
function inCompany(directory: Directory): Directory {
  async function among<Answer>(work: Promise<Answer>): Promise<Answer> {
    const nobodies = Array.from({ length: 3 }, (_, index) => ({ username: `nobody-${index}`, pollingUuid: null }))
    await Promise.allSettled([work, ...nobodies.map((nobody) => directory.findAccount(nobody, directoryCall({ bulk: true })))])
    return work
  }
  return {
    createAccount: (account, call) => among(directory.createAccount(account, call)),
    findAccount: (account, call) => among(directory.findAccount(account, call)),
    place: (order, call) => among(directory.place(order, call)),
    assignLicence: (account, call) => among(directory.assignLicence(account, call)),
  }
}

const modes = ['externalId', 'employeeId'].flatMap((marker) => [
  { marker, batching: 'off', windowMs: '0', bulk: false, dress: (directory: Directory) => directory },
  { marker, batching: 'on', windowMs: '10', bulk: true, dress: inCompany },
])

describe.each(modes)('with the marker in $marker and batching $batching', ({ marker, windowMs, bulk, dress }) => {
  directoryContract({
    name: 'GraphDirectory',
    call: { bulk },
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
        directory: dress(
          graph.directory({ GRAPH_MARKER: marker, GRAPH_LICENCE_SKU_STUDENT: STUDENT_SKU, GRAPH_BATCH_WINDOW_MS: windowMs }),
        ),
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
  const sent = { method: 'POST', path: '/education/users', body: { primaryRole: 'student', personId: 'P-1' } }
  expect(() => assertFitsContract([sent])).toThrow('POST /education/users sends what microsoft.graph.educationUser does not know')
})

test('with batching on it went in batches', () => {
  expect(graph.sent.filter(({ path }) => path === '/$batch').length).toBeGreaterThan(100)
})

test('the official client never repeated a request by itself', () => {
  expect(graph.sent.filter(({ headers }) => headers.has('Retry-Attempt'))).toEqual([])
})
