import { describe, expect, it } from 'vitest'
import { createTestTenant, newPupil, type TestTenant } from '../test-support/create-test-tenant.ts'
import { GRAPH_LIMITS } from './create-throttle.ts'

interface ItemAnswer {
  id: string
  status: number
  headers: Record<string, string>
  body?: Record<string, unknown>
}

async function send({ call, requests }: { call: TestTenant['call']; requests: unknown }) {
  const answer = await call({ method: 'POST', path: '/$batch', body: { requests } })
  const responses: ItemAnswer[] = Array.isArray(answer.body.responses) ? answer.body.responses : []
  return { ...answer, responses, byId: Object.fromEntries(responses.map((response) => [response.id, response])) }
}

const JSON_HEADERS = { 'Content-Type': 'application/json' }
function create(id: string, more: Record<string, unknown> = {}) {
  return { id, method: 'POST', url: '/education/users', headers: JSON_HEADERS, body: newPupil({ name: `p${id}`, personId: id }), ...more }
}

describe('$batch', () => {
  it('answers 200 with a status, headers and body for each item', async () => {
    const { call, simulator } = await createTestTenant()
    const { status, byId } = await send({
      call,
      requests: [
        create('1'),
        { id: '2', method: 'GET', url: '/users/nobody@edu.example' },
        { id: '3', method: 'GET', url: "users?$filter=mailNickname eq 'x y'" },
      ],
    })
    expect(status).toBe(200)
    expect(byId['1']).toMatchObject({ status: 201, headers: { 'x-ms-resource-unit': '1' }, body: { userPrincipalName: 'p1@edu.example' } })
    expect(byId['2']).toMatchObject({ status: 404, body: { error: { code: 'Request_ResourceNotFound' } } })
    expect(byId['3']).toMatchObject({ status: 200, body: { value: [] } })
    expect(simulator.counters()).toMatchObject({ batches: 1, httpRequests: 1, requests: 3, writes: 1 })
  })

  it('gives no body to an item without content', async () => {
    const { call } = await createTestTenant()
    await send({ call, requests: [create('1')] })
    const { byId } = await send({ call, requests: [{ id: 'd', method: 'DELETE', url: '/users/p1@edu.example' }] })
    expect(byId.d).toMatchObject({ status: 204 })
    expect(byId.d).not.toHaveProperty('body')
  })

  it('answers in another order than it was asked', async () => {
    const { call } = await createTestTenant()
    const ids = Array.from({ length: 20 }, (_, place) => String(place))
    const { responses } = await send({ call, requests: ids.map((id) => ({ id, method: 'GET', url: '/users' })) })
    const answered = responses.map(({ id }) => id)
    expect(answered).not.toEqual(ids)
    expect([...answered].sort()).toEqual([...ids].sort())
  })

  it('throttles item by item', async () => {
    const { call } = await createTestTenant({ throttle: { ...GRAPH_LIMITS, writes: { perWindow: 2, windowMs: 10_000 } } })
    const { status, responses } = await send({ call, requests: ['1', '2', '3'].map((id) => create(id)) })
    expect(status).toBe(200)
    expect(responses.map((response) => response.status).sort()).toEqual([201, 201, 429])
    expect(responses.find((response) => response.status === 429)?.headers['Retry-After']).toBe('5')
  })

  it('runs dependents after what they depend on, and answers 424 when that failed', async () => {
    const { call } = await createTestTenant()
    const { byId } = await send({
      call,
      requests: [
        create('1'),
        { id: '2', method: 'GET', url: '/users/p1@edu.example', dependsOn: ['1'] },
        { id: '3', method: 'GET', url: '/users/nobody@edu.example' },
        { id: '4', method: 'GET', url: '/users', dependsOn: ['3'] },
        { id: '5', method: 'GET', url: '/users', dependsOn: ['4'] },
      ],
    })
    expect(byId['2']).toMatchObject({ status: 200 })
    expect(byId['4']).toMatchObject({ status: 424, body: { error: { code: 'FailedDependency' } } })
    expect(byId['5']).toMatchObject({ status: 424 })
  })

  it('answers every item 424, having done nothing, when the whole batch is made to fail', async () => {
    const { call, simulator } = await createTestTenant()
    simulator.addFault({ match: { pathPattern: '/$batch' }, fault: { kind: 'failedDependency', retryAfterSeconds: 9 } })
    const { status, byId } = await send({ call, requests: [create('1'), create('2')] })
    expect(status).toBe(200)
    expect(byId['1']).toMatchObject({ status: 424, headers: { 'Retry-After': '9' }, body: { error: { code: 'FailedDependency' } } })
    expect(byId['2']).toMatchObject({ status: 424 })
    expect(simulator.state().totals.users).toBe(0)
  })

  it('can carry an item out and leave it out of the answer', async () => {
    const { call, simulator } = await createTestTenant()
    simulator.addFault({ match: { bodyContains: 'p2@', pathPattern: '/education/users' }, fault: { kind: 'omit' } })
    const { byId } = await send({ call, requests: [create('1'), create('2')] })
    expect(Object.keys(byId)).toEqual(['1'])
    expect(simulator.state().totals.users).toBe(2)
  })

  it.each([
    { why: 'more than 20 items', requests: Array.from({ length: 21 }, (_, place) => ({ id: `${place}`, method: 'GET', url: '/users' })) },
    { why: 'an id twice, ignoring case', requests: ['a', 'A'].map((id) => ({ id, method: 'GET', url: '/users' })) },
    { why: 'a body without a content type', requests: [create('1', { headers: {} })] },
    { why: 'a dependence on what is not there', requests: [{ id: '1', method: 'GET', url: '/users', dependsOn: ['9'] }] },
    { why: 'no requests', requests: [] },
  ])('refuses $why as a whole', async ({ requests }) => {
    const { call, simulator } = await createTestTenant()
    const { status, body } = await send({ call, requests })
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'BadRequest' })
    expect(simulator.state().totals.users).toBe(0)
  })

  it('needs a token like everything else', async () => {
    const { call } = await createTestTenant()
    expect((await call({ method: 'POST', path: '/$batch', body: { requests: [] }, token: 'none' })).status).toBe(401)
  })
})
