import Fastify, { type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashApiKey } from '../api-key.ts'
import { authentication, callerOf } from './authentication.ts'
import { errorAnswers } from './error-answers.ts'
import { createRequestLimits } from './request-limits.ts'
import { createRequestMetrics } from './request-metrics.ts'

const KEY = 'rk_c_only-for-this-test'

let app: FastifyInstance
beforeEach(async () => {
  app = Fastify()
  app.decorateRequest('refusedAs', null)
  await app.register(errorAnswers)
  await app.register(authentication, {
    access: { look: ['clerk', 'chief'], order: ['chief'] },
    keyRing: { find: async (hash) => (hash === hashApiKey(KEY) ? { name: 'Ann’s', role: 'clerk' } : null) },
    limits: await createRequestLimits(app, 0),
    metrics: createRequestMetrics(new Registry()),
  })
})
afterEach(() => app.close())

describe('a route', () => {
  test('is for the roles that its word stands for', async () => {
    app.get('/look', { config: { access: 'look' } }, async (request) => callerOf(request))
    app.get('/order', { config: { access: 'order' } }, async () => 'done')
    const headers = { authorization: `Bearer ${KEY}` }
    expect((await app.inject({ url: '/look', headers })).json()).toEqual({ name: 'Ann’s', role: 'clerk' })
    const refused = await app.inject({ url: '/order', headers })
    expect([refused.statusCode, refused.json().detail]).toEqual([403, 'Its role is clerk; this needs chief.'])
    expect((await app.inject({ url: '/look' })).statusCode).toBe(401)
  })

  test('that does not say who may use it is not served', () => {
    expect(() => app.get('/open', async () => 'oops')).toThrow('The route GET /open does not say who may use it.')
  })

  test('that names an access which the app does not know is not served', () => {
    const route = () => app.get('/look', { config: { access: 'lok' } }, async () => 'oops')
    expect(route).toThrow('The route GET /look asks for an access that nobody has: lok.')
  })
})
