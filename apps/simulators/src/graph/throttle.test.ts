import { describe, expect, it } from 'vitest'
import { createTestTenant, newPupil } from '../test-support/create-test-tenant.ts'
import { costOf } from './costs.ts'
import { GRAPH_LIMITS } from './create-throttle.ts'

const writes = (perWindow: number) => ({ ...GRAPH_LIMITS, writes: { perWindow, windowMs: 10_000 } })

describe('costOf', () => {
  const members = (count: number) => ({ 'members@odata.bind': Array.from({ length: count }, (_, place) => `u${place}`) })
  it.each([
    { route: 'GET /users', query: '', cost: [2, 0] },
    { route: 'GET /users', query: '$select=id', cost: [1, 0] },
    { route: 'GET /users', query: '$expand=manager', cost: [3, 0] },
    { route: 'GET /users', query: '$top=5', cost: [1, 0] },
    { route: 'GET /users/{id}', query: '$select=id', cost: [1, 0] },
    { route: 'GET /groups/{id}/members', query: '', cost: [3, 0] },
    { route: 'GET /subscribedSkus', query: '', cost: [3, 0] },
    { route: 'POST /education/users', query: '', cost: [1, 1] },
    { route: 'PATCH /groups/{id}', query: '', body: members(3), cost: [1, 1] },
    { route: 'PATCH /groups/{id}', query: '', body: members(20), cost: [1, 7] },
  ])('charges $route $query $cost', ({ route, query, body, cost }) => {
    const charged = costOf({ route, method: route.split(' ')[0] ?? '', query: new URLSearchParams(query), body })
    expect([charged.resourceUnits, charged.writes]).toEqual(cost)
  })
})

describe('the write quota', () => {
  it('lets as many writes through as fit, then answers 429 with the headers of Graph', async () => {
    const { call, simulator } = await createTestTenant({ throttle: writes(3) })
    const create = (place: number) =>
      call({ method: 'POST', path: '/education/users', body: newPupil({ name: `p${place}`, personId: `${place}` }) })
    for (const place of [1, 2, 3]) expect((await create(place)).status).toBe(201)
    const refused = await create(4)
    expect(refused.status).toBe(429)
    expect(refused.body).toEqual({
      error: {
        code: 'TooManyRequests',
        message: 'Please retry again later.',
        innerError: {
          code: '429',
          date: '2027-03-01T08:00:00',
          message: 'Please retry after',
          'request-id': refused.headers['request-id'],
          'client-request-id': refused.headers['client-request-id'],
          status: '429',
        },
      },
    })
    expect(refused.headers).toMatchObject({
      'retry-after': '4',
      'x-ms-throttle-scope': `Tenant_Application/Write/c0ffee00-0000-4000-8000-000000000002/${simulator.tenantId}`,
      'x-ms-throttle-information': 'WriteLimitExceeded',
      'x-ms-throttle-limit-percentage': '1.3',
    })
    expect(simulator.counters()).toMatchObject({ throttled: 1, writes: 4 })
    expect(simulator.state().totals.users).toBe(3)
  })

  it('opens again when as much has drained as Retry-After said', async () => {
    const { call, clock } = await createTestTenant({ throttle: writes(3) })
    const create = (place: number) =>
      call({ method: 'POST', path: '/education/users', body: newPupil({ name: `p${place}`, personId: `${place}` }) })
    for (const place of [1, 2, 3, 4]) await create(place)
    clock.advance(6_700)
    expect((await create(5)).status).toBe(201)
  })

  it('keeps counting while it is closed, so hammering keeps it closed', async () => {
    const { call } = await createTestTenant({ throttle: writes(2) })
    const waits: number[] = []
    for (let place = 0; place < 5; place += 1) {
      const answer = await call({ method: 'POST', path: '/education/users', body: newPupil({ name: `p${place}`, personId: `${place}` }) })
      if (answer.status === 429) waits.push(Number(answer.headers['retry-after']))
    }
    expect(waits).toEqual([5, 10, 10])
  })

  it('leaves reads alone', async () => {
    const { call } = await createTestTenant({ throttle: writes(1) })
    for (let place = 0; place < 3; place += 1) {
      await call({ method: 'POST', path: '/education/users', body: newPupil({ name: `p${place}`, personId: `${place}` }) })
    }
    expect((await call({ path: '/education/users/p0@edu.example' })).status).toBe(200)
  })
})

describe('the resource units', () => {
  it('close reads and writes alike, and refused requests cost none', async () => {
    const throttle = { ...GRAPH_LIMITS, resourceUnits: { perWindow: 4, windowMs: 10_000 } }
    const { call } = await createTestTenant({ throttle })
    const invalid = await call({ method: 'POST', path: '/education/users', body: {} })
    expect(invalid.headers['x-ms-resource-unit']).toBe('0')
    expect((await call({ path: '/users' })).headers['x-ms-resource-unit']).toBe('2')
    expect((await call({ path: '/users' })).headers['x-ms-throttle-limit-percentage']).toBe('1.0')
    const refused = await call({ path: '/users?$select=id' })
    expect(refused.status).toBe(429)
    expect(refused.headers).toMatchObject({ 'x-ms-throttle-information': 'ResourceUnitLimitExceeded' })
    expect(refused.headers['x-ms-throttle-scope']).toContain('Tenant_Application/ReadWrite/')
  })

  it('can be set and switched off while running', async () => {
    const { call, simulator } = await createTestTenant()
    simulator.setThrottle({ resourceUnits: { perWindow: 1, windowMs: 10_000 } })
    expect((await call({ path: '/users' })).status).toBe(429)
    simulator.setThrottle({ enabled: false })
    expect((await call({ path: '/users' })).status).toBe(200)
  })
})
