import { inspect } from 'node:util'
import { RetryAfterError, SystemicError, TransientError } from '@rollcall/engine'
import type { CreateAnswer } from '@rollcall/provisioning'
import { accountToCreate, directoryCall, rejectionOf } from '@rollcall/provisioning/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { GraphDirectory } from './create-graph-directory.ts'
import { closedPort } from './testing/closed-port.ts'
import type { SentRequest } from './testing/start-graph.ts'
import { testGraph } from './testing/test-graph.ts'

const graph = testGraph()
const BATCH = { method: 'POST', pathPattern: '/$batch' } as const
const school = { kind: 'school', schoolId: 'S-1' } as const
const inClass = (classId: string) => ({ kind: 'class', classId, role: 'student' }) as const
const classes = ['C-1', 'C-2'].map(inClass)

function pupil(index: number) {
  return accountToCreate('student', { username: `ab${10_000_000 + index}`, personId: `P-${index}`, lastName: `Lind-${index}` })
}

/** Only the fault that names one of them can tell pupils apart. */
function matching(index: number) {
  return { method: 'POST', pathPattern: '/education/users', upn: graph.upn(pupil(index).username) } as const
}

/** Interactive calls of one turn go out together. */
function createAll(count: number, directory: GraphDirectory = graph.directory()): Promise<PromiseSettledResult<CreateAnswer>[]> {
  return Promise.allSettled(Array.from({ length: count }, (_, index) => directory.createAccount(pupil(index), directoryCall())))
}

function kinds(settled: readonly PromiseSettledResult<CreateAnswer>[]): readonly unknown[] {
  return settled.map((one) => (one.status === 'fulfilled' ? one.value.kind : one.reason))
}

function paths(): readonly string[] {
  return graph.sent.map(({ path }) => path)
}

const Batch = z.object({
  requests: z.array(z.object({ id: z.string(), url: z.string(), headers: z.record(z.string(), z.string()), body: z.unknown().optional() })),
})
function itemsOf(request: SentRequest | undefined) {
  return Batch.parse(request?.body).requests
}

describe('what goes out together', () => {
  test('is one request, whose items carry their own run', async () => {
    const directory = graph.directory()
    const runs = ['run-a', 'run-b']
    await Promise.all(runs.map((runUuid, index) => directory.createAccount(pupil(index), directoryCall({ runUuid }))))
    expect(paths()).toEqual(['/$batch'])
    const items = itemsOf(graph.sent[0])
    expect(items.map(({ headers }) => headers)).toEqual(
      runs.map((run) => ({ 'client-request-id': run, 'Content-Type': 'application/json' })),
    )
    expect(new Set(items.map(({ id }) => id)).size).toBe(2)
    expect(graph.simulator.counters()).toMatchObject({ httpRequests: 1, requests: 2, batches: 1 })
  })

  test('is never more than twenty, and alone goes as it is', async () => {
    expect(new Set(kinds(await createAll(41)))).toEqual(new Set(['created']))
    expect(paths()).toEqual(['/$batch', '/$batch', '/education/users'])
    expect(graph.sent.slice(0, 2).map((request) => itemsOf(request).length)).toEqual([20, 20])
  })

  test('takes at most half a request for each of a hundred pupils of ten classes who are created, looked up and placed', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `C-${index}`)
    graph.simulator.seed({ classes: ids.map((externalId) => ({ externalId, schoolExternalId: 'S-1' })) })
    const classesOf = (index: number) => [index, index + 1].map((one) => inClass(`C-${one % ids.length}`))
    const directory = graph.directory()
    const call = directoryCall({ bulk: true })
    const pupils = Array.from({ length: 100 }, (_, index) => pupil(index))
    await Promise.all(
      pupils.map(async (account, index) => {
        await directory.createAccount(account, call)
        const found = await directory.findAccount({ username: account.username, pollingUuid: null }, call)
        if (found?.marker !== account.personId) throw new Error('The account that was just created cannot be found.')
        const { azureId } = found
        await Promise.all([school, ...classesOf(index)].map((placement) => directory.place({ azureId, placement }, call)))
      }),
    )
    const { httpRequests, requests, writes } = graph.simulator.counters()
    expect(httpRequests / pupils.length).toBeLessThanOrEqual(0.5)
    expect(writes).toBe(400)
    expect(requests).toBeGreaterThanOrEqual(600)
    const [first] = graph.simulator.state().users
    expect(first).toMatchObject({ schools: [expect.any(String)], memberOf: [expect.any(String), expect.any(String)] })
  })

  test('never holds two writes to one class, which Graph would carry out side by side', async () => {
    const directory = graph.directory()
    const azureIds = await Promise.all([0, 1, 2].map((index) => graph.createAccount(directory, pupil(index))))
    await directory.place({ azureId: azureIds[0] ?? '', placement: school }, directoryCall())
    graph.sent.length = 0
    const place = (azureId: string) => [school, inClass('C-1')].map((placement) => directory.place({ azureId, placement }, directoryCall()))
    await Promise.all(azureIds.flatMap(place))
    const writes = graph.sent.map((request) => (request.path === '/$batch' ? itemsOf(request).map(({ url }) => url) : [request.path]))
    const ofOneClass = writes.map((urls) => urls.filter((url) => url.endsWith('/members/$ref')).length)
    expect(ofOneClass.filter((count) => count > 0)).toEqual([1, 1, 1])
  })

  test('reads what is there once for all the places of a second try', async () => {
    graph.simulator.seed({ classes: [{ externalId: 'C-2', schoolExternalId: 'S-1' }] })
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    const placeAll = (mayBeThere: boolean) =>
      Promise.all([school, ...classes].map((placement) => directory.place({ azureId, placement, mayBeThere }, directoryCall())))
    await placeAll(false)
    graph.sent.length = 0
    expect(await placeAll(true)).toEqual(['placed', 'placed', 'placed'])
    expect(graph.sent).toHaveLength(1)
    expect(itemsOf(graph.sent[0])).toHaveLength(2)
  })
})

describe('in a batch, each has its own answer', () => {
  test('where one is throttled, one refused, one in conflict and one made', async () => {
    graph.simulator.seed({ users: [{ userPrincipalName: graph.upn(pupil(2).username) }] })
    graph.simulator.addFault({ match: matching(0), fault: { kind: 'throttle429', retryAfterSeconds: 17 } })
    graph.simulator.addFault({ match: matching(1), fault: { kind: 'forbidden' } })
    const [throttled, forbidden, conflict, created] = kinds(await createAll(4))
    expect(throttled).toBeInstanceOf(RetryAfterError)
    expect(throttled).toMatchObject({ afterMs: 17_000 })
    expect(forbidden).toBeInstanceOf(SystemicError)
    expect([conflict, created]).toEqual(['conflict', 'created'])
    expect(String(forbidden)).toMatch(/Graph answered 403 Authorization_RequestDenied \(POST \/education\/users, request-id [\w-]+\)\.$/)
  })

  test('and a server error of one is unknown to that one alone', async () => {
    graph.simulator.addFault({ match: matching(1), fault: { kind: 'commitThen', status: 504 } })
    expect(kinds(await createAll(3))).toEqual(['created', 'unknown', 'created'])
  })

  test('and an item that the answer left out is unknown, for it may have been made', async () => {
    graph.simulator.addFault({ match: matching(1), fault: { kind: 'omit' } })
    expect(kinds(await createAll(3))).toEqual(['created', 'unknown', 'created'])
    expect(graph.simulator.state().totals.users).toBe(3)
  })

  test('and what was not tried waits as long as the longest of the others, at no try spent', async () => {
    graph.simulator.addFault({ match: matching(0), fault: { kind: 'throttle429', retryAfterSeconds: 17 } })
    graph.simulator.addFault({ match: matching(1), fault: { kind: 'failedDependency' } })
    const [, notTried, created] = kinds(await createAll(3))
    expect(notTried).toBeInstanceOf(RetryAfterError)
    expect(notTried).toMatchObject({ afterMs: 17_000, errorCode: { code: 'DIRECTORY_THROTTLED' } })
    expect(created).toBe('created')
  })

  test('and an error names neither a person nor anybody else of the batch', async () => {
    graph.simulator.addFault({ match: matching(1), fault: { kind: 'error', status: 400, code: 'Request_BadRequest', message: 'Lind-0' } })
    const [, refusal] = kinds(await createAll(3))
    for (const secret of [0, 1, 2].map(pupil).flatMap(({ username, lastName, personId }) => [username, lastName, personId])) {
      expect(inspect(refusal, { depth: 10, showHidden: true })).not.toContain(secret)
    }
  })
})

describe('a batch that', () => {
  test.each([
    ['fails as a whole', { kind: 'failedDependency', retryAfterSeconds: 9 }],
    ['is throttled', { kind: 'throttle429', retryAfterSeconds: 9 }],
  ] as const)('%s makes each wait, having done nothing', async (_, fault) => {
    graph.simulator.addFault({ match: BATCH, fault, times: 1 })
    for (const refusal of kinds(await createAll(3))) {
      expect(refusal).toBeInstanceOf(RetryAfterError)
      expect(refusal).toMatchObject({ afterMs: 9_000 })
    }
    expect(graph.simulator.state().totals.users).toBe(0)
  })

  test('meets a closed door makes each wait, and leaves open whether accounts were made', async () => {
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory, pupil(9))
    await directory.place({ azureId, placement: school }, directoryCall())
    const fault = { kind: 'error', status: 503, code: 'ServiceUnavailable', retryAfterSeconds: 9 } as const
    graph.simulator.addFault({ match: BATCH, fault, times: 1 })
    const [creates, place] = await Promise.all([
      createAll(2, directory),
      rejectionOf(directory.place({ azureId, placement: school }, directoryCall())),
    ])
    expect(kinds(creates)).toEqual(['unknown', 'unknown'])
    expect(place).toMatchObject({ afterMs: 9_000 })
  })

  test.each([
    ['commitThenReset', { kind: 'commitThenReset' }, 3],
    ['commitThen 504', { kind: 'commitThen', status: 504 }, 3],
    ['reset', { kind: 'reset' }, 0],
  ] as const)('loses its answer (%s) leaves each create unknown, made once at most', async (_, fault, made) => {
    graph.simulator.addFault({ match: BATCH, fault, times: 1 })
    expect(kinds(await createAll(3))).toEqual(['unknown', 'unknown', 'unknown'])
    expect(graph.simulator.state().totals.users).toBe(made)
    expect(paths()).toEqual(['/$batch'])
  })

  test('loses its answer leaves each placement to a next try', async () => {
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    await directory.place({ azureId, placement: school }, directoryCall())
    graph.simulator.addFault({ match: BATCH, fault: { kind: 'reset' }, times: 1 })
    const orders = [1, 2].map(() => rejectionOf(directory.place({ azureId, placement: school }, directoryCall())))
    for (const refusal of await Promise.all(orders)) expect(refusal).toBeInstanceOf(TransientError)
  })

  test('gets no answer in time leaves each create unknown', async () => {
    const directory = graph.directory({ GRAPH_REQUEST_TIMEOUT_MS: '300' })
    await directory.findAccount({ username: 'warm-up', pollingUuid: null }, directoryCall())
    graph.simulator.addFault({ match: BATCH, fault: { kind: 'slow', ms: 60_000 }, times: 1 })
    const [first] = await createAll(2, directory)
    expect(first).toMatchObject({ value: { kind: 'unknown', reason: 'No answer within 0.3 s (POST /education/users).' } })
    graph.clock.advance(60_000)
  })

  test('nobody can have seen makes each wait, without a try spent', async () => {
    const settled = await createAll(2, graph.directory({ GRAPH_BASE_URL: `https://localhost:${await closedPort()}` }))
    for (const refusal of kinds(settled)) expect(refusal).toBeInstanceOf(RetryAfterError)
  })

  test('is refused a 401 goes once more with a new token', async () => {
    const directory = graph.directory()
    await directory.findAccount({ username: 'warm-up', pollingUuid: null }, directoryCall())
    graph.simulator.expireTokens()
    graph.sent.length = 0
    expect(kinds(await createAll(3, directory))).toEqual(['created', 'created', 'created'])
    expect(graph.sent.map((request) => itemsOf(request).length)).toEqual([3, 3])
  })

  test('has two items refused a 401 sends those two once more', async () => {
    const refused = { kind: 'error', status: 401, code: 'InvalidAuthenticationToken' } as const
    for (const index of [1, 3]) graph.simulator.addFault({ match: matching(index), fault: refused, times: 1 })
    const tokensBefore = graph.simulator.counters().tokensIssued
    expect(kinds(await createAll(4))).toEqual(['created', 'created', 'created', 'created'])
    expect(graph.sent.map((request) => itemsOf(request).length)).toEqual([4, 2])
    expect(graph.simulator.counters().tokensIssued).toBe(tokensBefore + 2)
  })

  test('has an item refused a 401 twice stops the line for that one, and keeps the answers of the others', async () => {
    graph.simulator.addFault({ match: matching(0), fault: { kind: 'error', status: 401, code: 'InvalidAuthenticationToken' } })
    const [refusal, created] = kinds(await createAll(2))
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_UNAUTHENTICATED' } })
    expect(created).toBe('created')
    expect(graph.sent.map(({ path }) => path)).toEqual(['/$batch', '/education/users'])
  })

  test('has an item refused a 401 keeps the answers of the others where no new token is to be had', async () => {
    const directory = graph.directory()
    await directory.findAccount({ username: 'warm-up', pollingUuid: null }, directoryCall())
    graph.simulator.addFault({ match: matching(0), fault: { kind: 'error', status: 401, code: 'InvalidAuthenticationToken' } })
    graph.simulator.addFault({
      match: { pathPattern: '/*/oauth2/v2.0/token' },
      fault: { kind: 'error', status: 503, code: 'temporarily_unavailable' },
    })
    const [refusal, created] = kinds(await createAll(2, directory))
    expect(refusal).toBeInstanceOf(Error)
    expect(created).toBe('created')
  })

  test('Graph would not read is sent item by item, so that one cannot spoil it for the others', async () => {
    graph.simulator.addFault({ match: BATCH, fault: { kind: 'error', status: 400, code: 'BadRequest' } })
    graph.simulator.addFault({ match: matching(1), fault: { kind: 'error', status: 400, code: 'Request_BadRequest' } })
    const [first, second, third] = kinds(await createAll(3))
    expect([first, third]).toEqual(['created', 'created'])
    expect(second).toMatchObject({ errorCode: { code: 'DIRECTORY_REFUSED_DATA' } })
    expect(paths()).toEqual(['/$batch', '/education/users', '/education/users', '/education/users'])
  })

  test('one caller leaves goes on for the others, and is aborted when the last one leaves', async () => {
    const directory = graph.directory()
    await directory.findAccount({ username: 'warm-up', pollingUuid: null }, directoryCall())
    graph.sent.length = 0
    graph.simulator.addFault({ match: BATCH, fault: { kind: 'slow', ms: 60_000 }, times: 1 })
    const stops = [0, 1].map(() => new AbortController())
    const reason = new Error('The lock of this job is lost.')
    const left = stops.map(({ signal }, index) => rejectionOf(directory.createAccount(pupil(index), directoryCall({ signal }))))
    await expect.poll(() => graph.simulator.counters().byFault.slow).toBe(1)
    stops[0]?.abort(reason)
    expect(await left[0]).toBe(reason)
    expect(graph.sent[0]?.signal?.aborted).toBe(false)
    stops[1]?.abort(reason)
    expect(await left[1]).toBe(reason)
    expect(graph.sent[0]?.signal?.aborted).toBe(true)
    graph.clock.advance(60_000)
  })

  test('is to go once more leaves out whoever has left meanwhile', async () => {
    const directory = graph.directory()
    await directory.findAccount({ username: 'warm-up', pollingUuid: null }, directoryCall())
    graph.simulator.expireTokens()
    const stop = new AbortController()
    const reason = new Error('The lock of this job is lost.')
    // The new token is asked for once the first answer is here.
    graph.simulator.addFault({ match: { pathPattern: '/*/oauth2/v2.0/token' }, fault: { kind: 'slow', ms: 60_000 }, times: 1 })
    const left = rejectionOf(directory.createAccount(pupil(0), directoryCall({ signal: stop.signal })))
    const others = [1, 2].map((index) => directory.createAccount(pupil(index), directoryCall()))
    await expect.poll(() => graph.simulator.counters().byFault.slow).toBe(1)
    stop.abort(reason)
    graph.clock.advance(60_000)
    expect(await left).toBe(reason)
    expect((await Promise.all(others)).map(({ kind }) => kind)).toEqual(['created', 'created'])
    expect(graph.simulator.counters().creates[graph.upn(pupil(0).username)]).toBeUndefined()
  })
})
