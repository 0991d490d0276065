import { describe, expect, it } from 'vitest'
import { createTestTenant, errorOf, newPupil, requestToken } from '../test-support/create-test-tenant.ts'
import type { FaultRuleInput } from './fault-rule.ts'

const CREATE = { method: 'POST', pathPattern: '/education/users' } as const
const ANN = newPupil({ name: 'ann', personId: 'P-1' })

async function createFaulty(rule: FaultRuleInput) {
  const tenant = await createTestTenant()
  tenant.simulator.addFault(rule)
  return { ...tenant, create: (body = ANN) => tenant.call({ method: 'POST', path: '/education/users', body }) }
}

describe('a fault', () => {
  it.each<{ fault: FaultRuleInput['fault']; status: number; code: string; message: string }>([
    { fault: { kind: 'throttle429', retryAfterSeconds: 17 }, status: 429, code: 'TooManyRequests', message: 'Please retry again later.' },
    {
      fault: { kind: 'error', status: 503, code: 'ServiceUnavailable', message: 'Down.' },
      status: 503,
      code: 'ServiceUnavailable',
      message: 'Down.',
    },
    {
      fault: { kind: 'forbidden' },
      status: 403,
      code: 'Authorization_RequestDenied',
      message: 'Insufficient privileges to complete the operation.',
    },
    {
      fault: { kind: 'conflict' },
      status: 400,
      code: 'Request_BadRequest',
      message: 'Another object with the same value for property userPrincipalName already exists.',
    },
    {
      fault: { kind: 'concurrencyViolation' },
      status: 409,
      code: 'Directory_ConcurrencyViolation',
      message: 'Error due to concurrent requests being made to the tenant. Please wait briefly and retry.',
    },
    {
      fault: { kind: 'quotaExceeded' },
      status: 403,
      code: 'Directory_QuotaExceeded',
      message:
        'The directory object quota limit for the Tenant has been exceeded. Please ask your administrator to increase the quota limit or delete objects to reduce the used quota.',
    },
  ])('of kind $fault.kind answers $status and commits nothing', async ({ fault, status, code, message }) => {
    const { create, simulator } = await createFaulty({ match: CREATE, fault, times: 1 })
    expect(errorOf(await create())).toMatchObject({ status, code, message })
    expect(simulator.state().totals.users).toBe(0)
    expect(simulator.counters().byFault).toEqual({ [fault.kind]: 1 })
    expect((await create()).status).toBe(201)
  })

  it('of kind throttle429 says how long to wait', async () => {
    const { create } = await createFaulty({ match: CREATE, fault: { kind: 'throttle429', retryAfterSeconds: 17 } })
    expect((await create()).headers['retry-after']).toBe('17')
  })

  it('of kind commitThen commits, and hides it behind the status', async () => {
    const { create, simulator } = await createFaulty({ match: CREATE, fault: { kind: 'commitThen', status: 504 }, times: 1 })
    expect(errorOf(await create())).toMatchObject({ status: 504, code: 'UnknownError' })
    expect(simulator.state().users).toMatchObject([{ userPrincipalName: 'ann@edu.example', markers: { student: 'P-1' } }])
    expect(errorOf(await create()).message).toBe('Another object with the same value for property userPrincipalName already exists.')
    expect(simulator.counters().creates['ann@edu.example']).toEqual({ attempts: 2, committed: 1 })
  })

  it('of kind expireTokens answers 401 and voids every token', async () => {
    const { call, create, token } = await createFaulty({ match: CREATE, fault: { kind: 'expireTokens' }, times: 1 })
    expect((await create()).status).toBe(401)
    expect((await call({ path: '/users' })).status).toBe(401)
    expect((await call({ path: '/users', token: await token() })).status).toBe(200)
  })

  it('of kind slow waits on the clock, then does the work', async () => {
    const { create, clock, simulator } = await createFaulty({ match: CREATE, fault: { kind: 'slow', ms: 30_000 } })
    const slept = clock.nextSleep()
    const answer = create()
    expect(await slept).toBe(30_000)
    expect(simulator.state().totals.users).toBe(0)
    clock.advance(30_000)
    expect((await answer).status).toBe(201)
  })

  it('of kind commitThenSlow does the work at once and answers late', async () => {
    const { create, clock, simulator } = await createFaulty({ match: CREATE, fault: { kind: 'commitThenSlow', ms: 30_000 } })
    const slept = clock.nextSleep()
    const answer = create()
    expect(await slept).toBe(30_000)
    expect(simulator.state().totals.users).toBe(1)
    clock.advance(30_000)
    expect((await answer).status).toBe(201)
  })

  it('in a class with members speaks of the members’ quota', async () => {
    const { call } = await createFaulty({ match: { pathPattern: '/education/classes/*/members/$ref' }, fault: { kind: 'quotaExceeded' } })
    const answer = await call({ method: 'POST', path: '/education/classes/c/members/$ref', body: {} })
    expect(errorOf(answer).message).toBe(
      "Unable to perform operation as '101' would exceed the maximum quota count '100' for forward-link 'members'.",
    )
  })

  it('hits one item of a $batch', async () => {
    const { call } = await createFaulty({
      match: { upn: 'ann@edu.example' },
      fault: { kind: 'error', status: 500, code: 'InternalServerError' },
    })
    const item = (id: string, name: string) => ({
      id,
      method: 'POST',
      url: '/education/users',
      headers: { 'Content-Type': 'application/json' },
      body: newPupil({ name, personId: id }),
    })
    const { body } = await call({ method: 'POST', path: '/$batch', body: { requests: [item('1', 'ann'), item('2', 'bob')] } })
    expect(Object.fromEntries(Array.from(Object(body.responses), (one) => [Object(one).id, Object(one).status]))).toEqual({
      1: 500,
      2: 201,
    })
  })

  it('hits the token endpoint only when the rule names it', async () => {
    const { simulator } = await createFaulty({ match: { method: 'POST' }, fault: { kind: 'error', status: 500, code: 'x' } })
    expect((await requestToken({ simulator })).status).toBe(200)
    simulator.addFault({
      match: { pathPattern: '/*/oauth2/v2.0/token' },
      fault: { kind: 'error', status: 503, code: 'temporarily_unavailable' },
      times: 1,
    })
    expect((await requestToken({ simulator })).status).toBe(503)
    expect((await requestToken({ simulator })).status).toBe(200)
  })
})

describe('a rule', () => {
  const forbidden = { kind: 'forbidden' } as const
  it.each<{ says: string; rule: Omit<FaultRuleInput, 'fault'>; statuses: number[] }>([
    { says: 'times: 2', rule: { times: 2 }, statuses: [403, 403, 200, 200, 200, 200] },
    { says: 'every: 3', rule: { every: 3 }, statuses: [200, 200, 403, 200, 200, 403] },
    { says: 'after: 4', rule: { after: 4 }, statuses: [200, 200, 200, 200, 403, 403] },
    { says: 'after: 1, every: 2, times: 1', rule: { after: 1, every: 2, times: 1 }, statuses: [200, 200, 403, 200, 200, 200] },
  ])('with $says fires on just those', async ({ rule, statuses }) => {
    const { call } = await createFaulty({ ...rule, fault: forbidden })
    const seen: number[] = []
    for (let request = 0; request < 6; request += 1) seen.push((await call({ path: '/users' })).status)
    expect(seen).toEqual(statuses)
  })

  it('with a probability fires by the seed', async () => {
    const run = async (seed: number) => {
      const { call, simulator } = await createTestTenant({ seed })
      simulator.addFault({ fault: forbidden, probability: 0.5 })
      const seen: number[] = []
      for (let request = 0; request < 40; request += 1) seen.push((await call({ path: '/users' })).status)
      return seen
    }
    const seen = await run(1)
    expect(new Set(seen)).toEqual(new Set([200, 403]))
    expect(await run(1)).toEqual(seen)
  })

  it.each<{ match: FaultRuleInput['match']; hit: string; missed: string }>([
    { match: { pathPattern: '/users' }, hit: '/users', missed: '/users/ann@edu.example' },
    { match: { pathPattern: '/users/*' }, hit: '/users/ann@edu.example', missed: '/users' },
    { match: { pathPattern: '/education/**' }, hit: '/education/users/ann@edu.example', missed: '/users' },
    { match: { upn: 'Ann@edu.example' }, hit: '/users/ann@edu.example', missed: '/users/bob@edu.example' },
    {
      match: { upn: 'ann@edu.example' },
      hit: "/users?$filter=userPrincipalName%20eq%20'ann@edu.example'",
      missed: "/users?$filter=userPrincipalName%20eq%20'bob@edu.example'",
    },
    { match: { method: 'GET', pathPattern: '/education/users' }, hit: '/education/users', missed: '/education/schools' },
  ])('matching $match hits $hit and not $missed', async ({ match, hit, missed }) => {
    const { call } = await createFaulty({ ...(match === undefined ? {} : { match }), fault: forbidden })
    expect((await call({ path: hit })).status).toBe(403)
    expect((await call({ path: missed })).status).not.toBe(403)
  })

  it('knows the user by id and by reference, and the class by its place in the path', async () => {
    const { call, simulator } = await createTestTenant()
    const { users, classes } = simulator.seed({
      users: [{ userPrincipalName: 'ann@edu.example' }],
      classes: [{ externalId: '7A' }, { externalId: '7B' }],
    })
    const id = users['ann@edu.example']
    const add = (externalId: string) =>
      call({
        method: 'POST',
        path: `/education/classes/${classes[externalId]}/members/$ref`,
        body: { '@odata.id': `https://graph.microsoft.com/v1.0/education/users/${id}` },
      })
    simulator.addFault({ match: { upn: 'ann@edu.example' }, fault: forbidden, times: 2 })
    expect((await call({ path: `/users/${id}` })).status).toBe(403)
    expect((await add('7A')).status).toBe(403)
    simulator.addFault({ match: { classId: String(classes['7A']) }, fault: forbidden })
    expect((await add('7A')).status).toBe(403)
    expect((await add('7B')).status).toBe(204)
  })

  it('reports what it matched and fired, and can be taken away', async () => {
    const { call, simulator } = await createTestTenant()
    const id = simulator.addFault({ match: { bodyContains: 'P-1' }, fault: forbidden, times: 1 })
    await call({ method: 'POST', path: '/education/users', body: ANN })
    expect(simulator.faults()).toMatchObject([{ id, matched: 1, fired: 1, spent: true }])
    expect(simulator.removeFault(id)).toBe(true)
    expect(simulator.faults()).toEqual([])
  })
})
