// The whole line stops for what is everybody's fault, fails no run for it, and goes on for all once it is mended.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FollowedStudents, followStudents } from '../support/follow-students.ts'
import { reopenResource, resourceOf } from '../support/resources.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { waitUntil } from '../support/wait-until.ts'

const SKU = { skuPartNumber: 'STUDENTS', skuId: '314c4481-f395-4525-be8b-2ec4bb1e9d91' }
const TOKEN_ENDPOINT = '/*/oauth2/v2.0/token'

let fleet: TestFleet
let followed: FollowedStudents
beforeAll(async () => {
  // Whether the line opens is for the operator of these tests to say, not for a probe.
  fleet = await startTestFleet({ GRAPH_LICENCE_SKU_STUDENT: SKU.skuId, GRAPH_REOPEN_BY_PROBE: 'false' })
  followed = followStudents(fleet)
  await sell(1_000)
})
afterAll(() => fleet.end())

/** The tenant has so many licences from now on. */
async function sell(enabled: number): Promise<void> {
  await fleet.simulatorLevers.post('/seed', { skus: [{ ...SKU, enabled }] })
}

async function breakGraph(fault: object, match: object): Promise<void> {
  await fleet.simulatorLevers.post('/faults', { match, fault })
}

async function untilClosed(): Promise<void> {
  await waitUntil('the line has stopped', async () => (await resourceOf(fleet, 'graph')).closed === true)
}

describe('the line stops after three runs, accepts meanwhile, fails none, and goes on when an operator says so, where', () => {
  test('a permission is withdrawn', async () => {
    await breakGraph({ kind: 'forbidden' }, { method: 'POST', pathPattern: '/education/users' })
    await followed.ask(6)
    await untilClosed()
    expect(await resourceOf(fleet, 'graph')).toMatchObject({
      closure: {
        errorCode: 'DIRECTORY_FORBIDDEN',
        cause: expect.stringContaining('Our application may not do this in the directory. Graph answered 403 Authorization_RequestDenied'),
      },
    })
    await followed.ask(2)
    await fleet.simulatorLevers.delete('/faults')
    await reopenResource(fleet, 'graph')
    await followed.expectAllCompleted()
  })

  test('the secret expires', async () => {
    const message = "AADSTS7000222: The provided client secret keys for app 'simulated' are expired."
    await breakGraph({ kind: 'error', status: 401, code: 'invalid_client', message }, { pathPattern: TOKEN_ENDPOINT })
    await fleet.simulatorLevers.post('/expire-tokens', {})
    await followed.ask(6)
    await untilClosed()
    expect(await resourceOf(fleet, 'graph')).toMatchObject({
      closure: {
        errorCode: 'DIRECTORY_UNAUTHENTICATED',
        cause: 'The directory does not accept our credentials. We got no token (AADSTS7000222).',
      },
    })
    await followed.ask(2)
    await fleet.simulatorLevers.delete('/faults')
    await reopenResource(fleet, 'graph')
    await followed.expectAllCompleted()
  })
})

test('the line stays open where no licence is left: every account stands, and those without one are told of', async () => {
  await sell(0)
  const { prisma } = fleet.database
  const lacking = { uuid: { in: await followed.ask(6) }, completion: 'partial', errorCode: 'LICENCES_EXHAUSTED' }
  await waitUntil('six accounts stand without a licence', async () => (await prisma.run.count({ where: lacking })) === 6)
  expect(await prisma.run.count({ where: { process: 're-enroll', dueAt: { not: null } } })).toBe(6)
  expect(await resourceOf(fleet, 'graph')).toMatchObject({ closed: false })
})
