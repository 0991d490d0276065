import { describe, expect, it } from 'vitest'
import { createTestTenant, newPupil, newUser, type TestTenant } from '../test-support/create-test-tenant.ts'

function steer({
  simulator,
  method = 'POST',
  path,
  body,
  from = '127.0.0.1',
}: {
  simulator: TestTenant['simulator']
  method?: 'GET' | 'POST' | 'DELETE'
  path: string
  body?: unknown
  from?: string
}) {
  return simulator.inject({
    method,
    url: `/simulator${path}`,
    remoteAddress: from,
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  })
}

describe('the admin endpoints', () => {
  it('seed schools, classes, users and licences once each, and say their ids', async () => {
    const { simulator, call } = await createTestTenant()
    const body = {
      schools: [{ externalId: 'S1', displayName: 'First School' }],
      classes: [{ externalId: '7A', schoolExternalId: 'S1' }],
      users: [{ userPrincipalName: 'ann@edu.example', marker: 'P-1', primaryRole: 'student' }],
      skus: [{ skuPartNumber: 'STUDENT', enabled: 5 }],
    }
    const first = await steer({ simulator, path: '/seed', body })
    expect(first.statusCode).toBe(200)
    expect((await steer({ simulator, path: '/seed', body })).json()).toEqual(first.json())
    expect(simulator.state().totals).toEqual({ users: 1, deletedUsers: 0, classes: 1, schools: 1 })
    const { schools, classes } = first.json()
    expect(simulator.state().externalIds).toEqual({ [schools.S1]: 'S1', [classes['7A']]: '7A' })
    expect((await call({ path: `/education/schools/${schools.S1}` })).body.displayName).toBe('First School')
    expect((await call({ path: "/education/users?$filter=student/externalId%20eq%20'P-1'" })).body.value).toHaveLength(1)
  })

  it('say which markers more than one live account carries', async () => {
    const { simulator, call } = await createTestTenant()
    for (const name of ['ann1', 'ann2', 'ann3'])
      await call({ method: 'POST', path: '/education/users', body: newPupil({ name, personId: 'P-1' }) })
    await call({
      method: 'POST',
      path: '/education/users',
      body: newUser('ann4', { primaryRole: 'teacher', teacher: { externalId: 'P-1' } }),
    })
    await call({ method: 'DELETE', path: '/users/ann3@edu.example' })
    const { duplicates } = (await steer({ simulator, method: 'GET', path: '/duplicates' })).json()
    expect(duplicates).toMatchObject([
      { kind: 'student', marker: 'P-1', accounts: [{ userPrincipalName: 'ann1@edu.example' }, { userPrincipalName: 'ann2@edu.example' }] },
    ])
    expect((await steer({ simulator, method: 'GET', path: '/state' })).json().duplicates).toEqual(duplicates)
  })

  it('add, list and remove faults', async () => {
    const { simulator, call } = await createTestTenant()
    const added = await steer({ simulator, path: '/faults', body: { match: { method: 'GET' }, fault: { kind: 'forbidden' } } })
    expect(added.statusCode).toBe(201)
    expect((await call({ path: '/users' })).status).toBe(403)
    expect((await steer({ simulator, method: 'GET', path: '/faults' })).json().faults).toMatchObject([
      { id: added.json().id, matched: 1, fired: 1 },
    ])
    expect((await steer({ simulator, method: 'DELETE', path: `/faults/${added.json().id}` })).statusCode).toBe(204)
    await steer({ simulator, path: '/faults', body: { fault: { kind: 'forbidden' } } })
    expect((await steer({ simulator, method: 'DELETE', path: '/faults' })).statusCode).toBe(204)
    expect((await call({ path: '/users' })).status).toBe(200)
  })

  it('count, and forget the counts', async () => {
    const { simulator, call } = await createTestTenant()
    await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    await call({ path: '/users/ann@edu.example', headers: { 'retry-attempt': '1' } })
    expect((await steer({ simulator, method: 'GET', path: '/counters' })).json()).toEqual({
      httpRequests: 2,
      requests: 2,
      writes: 1,
      throttled: 0,
      tokensIssued: 1,
      maxConcurrent: 1,
      retryAttempts: 1,
      batches: 0,
      byRoute: { 'POST /education/users': 1, 'GET /users/{id}': 1 },
      byStatus: { 200: 1, 201: 1 },
      byFault: {},
      creates: { 'ann@edu.example': { attempts: 1, committed: 1 } },
    })
    await steer({ simulator, method: 'DELETE', path: '/counters' })
    expect(simulator.counters()).toMatchObject({ requests: 0, creates: {} })
  })

  it('set lag and quotas, expire tokens and reset the tenant', async () => {
    const { simulator, call, token } = await createTestTenant()
    expect((await steer({ simulator, path: '/lag', body: { minMs: 1_000, maxMs: 2_000 } })).statusCode).toBe(204)
    await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    expect((await call({ path: '/users/ann@edu.example' })).status).toBe(404)
    const throttle = await steer({ simulator, path: '/throttle', body: { writes: { perWindow: 1, windowMs: 60_000 } } })
    expect(throttle.json()).toMatchObject({ enabled: true, writes: { perWindow: 1 }, resourceUnits: { perWindow: 8000 } })
    expect((await steer({ simulator, path: '/expire-tokens' })).statusCode).toBe(204)
    expect((await call({ path: '/users' })).status).toBe(401)
    expect((await steer({ simulator, path: '/reset' })).statusCode).toBe(204)
    expect(simulator.state().totals).toEqual({ users: 0, deletedUsers: 0, classes: 0, schools: 0 })
    expect((await call({ path: '/users', token: await token() })).status).toBe(200)
  })

  it.each([
    { path: '/faults', body: { fault: { kind: 'meteor' } }, names: 'fault.kind' },
    { path: '/faults', body: { fault: { kind: 'reset' }, probability: 2 }, names: 'probability' },
    { path: '/faults', body: { fault: { kind: 'reset' }, often: true }, names: 'often' },
    { path: '/seed', body: { users: [{ userPrincipalName: 'ann' }] }, names: 'users[0].userPrincipalName' },
    { path: '/lag', body: { minMs: 2, maxMs: 1 }, names: 'minMs' },
    { path: '/throttle', body: { writes: { perWindow: 0, windowMs: 1 } }, names: 'writes.perWindow' },
    { path: '/seed', body: undefined, names: 'expected object' },
  ])('refuse $body at $path and name $names', async ({ path, body, names }) => {
    const { simulator } = await createTestTenant()
    const answer = await steer({ simulator, path, body })
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error).toContain(names)
  })

  it('answer nobody but this machine', async () => {
    const { simulator } = await createTestTenant()
    expect((await steer({ simulator, path: '/reset', from: '192.0.2.7' })).statusCode).toBe(403)
  })

  it('are not there under /v1.0', async () => {
    const { call } = await createTestTenant()
    expect((await call({ path: '/simulator/state' })).status).toBe(400)
  })
})
