import { describe, expect, test } from 'vitest'
import { batchBodyOf, readBatch } from './batch-body.ts'
import type { GraphRequest } from './graph-request.ts'

const NOW = Date.parse('2026-09-15T06:00:00Z')
const place: GraphRequest = {
  method: 'POST',
  route: '/education/classes/{placeId}/members/$ref',
  params: { placeId: 'c 1' },
  body: { '@odata.id': 'x' },
  purpose: 'place',
}
const look: GraphRequest = { method: 'GET', route: '/users/{id}', params: { id: "o'neil#1@edu.example" }, purpose: 'read' }
const items = [place, look].map((request, index) => ({ request, runUuid: `run-${index}` }))

function answersTo(body: unknown, headers: Record<string, string> = {}) {
  return readBatch({ items, body, headers: new Headers(headers), now: NOW })
}

describe('the body of a batch', () => {
  test("has an id, a method, a relative url and the run's uuid for each, and a content type where there is a body", () => {
    expect(batchBodyOf(items)).toEqual({
      requests: [
        {
          id: '1',
          method: 'POST',
          url: '/education/classes/c%201/members/$ref',
          headers: { 'client-request-id': 'run-0', 'Content-Type': 'application/json' },
          body: { '@odata.id': 'x' },
        },
        { id: '2', method: 'GET', url: "/users/o'neil%231%40edu.example", headers: { 'client-request-id': 'run-1' } },
      ],
    })
  })
})

describe('the answer to a batch', () => {
  test('is read in whatever order it comes, with and without bodies', () => {
    const responses = [
      { id: '2', status: 200, headers: {}, body: { id: 'u-1' } },
      { id: '1', status: 204 },
    ]
    expect(answersTo({ responses })).toEqual([
      { kind: 'success', status: 204, body: undefined, where: 'POST /education/classes/{placeId}/members/$ref' },
      { kind: 'success', status: 200, body: { id: 'u-1' }, where: 'GET /users/{id}' },
    ])
  })

  test("names an item's own request id, or else the batch's", () => {
    const responses = [
      { id: '1', status: 204, headers: { 'Request-Id': 'own-1' } },
      { id: '2', status: 404, headers: {}, body: { error: { code: 'Request_ResourceNotFound', message: 'Mira Lind' } } },
    ]
    expect(answersTo({ responses }, { 'request-id': 'outer-1' }).map(({ where }) => where)).toEqual([
      'POST /education/classes/{placeId}/members/$ref, request-id own-1',
      'GET /users/{id}, request-id outer-1',
    ])
  })

  test.each(['Retry-After', 'retry-after', 'RETRY-AFTER'])('says how long one item is to wait, in its header %s', (name) => {
    const responses = [
      { id: '1', status: 429, headers: { [name]: '17' } },
      { id: '2', status: 429, headers: { [name]: 3 } },
    ]
    expect(answersTo({ responses })).toMatchObject([
      { meaning: 'throttled', retryAfterMs: 17_000 },
      { meaning: 'throttled', retryAfterMs: 3_000 },
    ])
  })

  test('makes what was not tried wait as long as the item that waits longest', () => {
    const responses = [
      { id: '1', status: 424, headers: {} },
      { id: '2', status: 429, headers: { 'Retry-After': '17' } },
    ]
    expect(answersTo({ responses })[0]).toMatchObject({ kind: 'refused', meaning: 'notTried', retryAfterMs: 17_000 })
    expect(answersTo({ responses }, { 'Retry-After': '20' })[0]).toMatchObject({ retryAfterMs: 20_000 })
    expect(answersTo({ responses: [{ id: '1', status: 424 }] }, { 'Retry-After': '5' })[0]).toMatchObject({ retryAfterMs: 5_000 })
    expect(answersTo({ responses: [{ id: '1', status: 424 }] })[0]).toMatchObject({ retryAfterMs: null })
  })

  test.each([
    ['has no answer to one', { responses: [{ id: '2', status: 200, body: {} }] }],
    [
      'has one that cannot be read',
      {
        responses: [
          { id: '1', status: 'fine' },
          { id: '2', status: 200, body: {} },
        ],
      },
    ],
    [
      'has one to somebody else',
      {
        responses: [
          { id: '7', status: 204 },
          { id: '2', status: 200, body: {} },
        ],
      },
    ],
  ])('that %s has lost it, and it may have been carried out', (_, body) => {
    const [lost, found] = answersTo(body)
    expect(lost).toEqual({
      kind: 'lost',
      mayHaveArrived: true,
      reason: 'The answer to a batch left this request out',
      where: 'POST /education/classes/{placeId}/members/$ref',
    })
    expect(found).toMatchObject({ kind: 'success' })
  })

  test.each([undefined, null, [], {}, { responses: 'none' }])('that is %o has lost them all', (body) => {
    expect(answersTo(body).map(({ kind }) => kind)).toEqual(['lost', 'lost'])
  })
})
