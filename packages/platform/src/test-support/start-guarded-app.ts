// A server with keys, as the API and the registration service have it: `GET /look` for clerks and chiefs, `GET /order` for chiefs, `GET /open` for all.
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type LightMyRequestResponse } from 'fastify'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { hashApiKey } from '../api-key.ts'
import { authentication, callerOf } from '../http/authentication.ts'
import { errorAnswers } from '../http/error-answers.ts'
import { createRequestLimits } from '../http/request-limits.ts'
import { createRequestMetrics } from '../http/request-metrics.ts'
import { type CapturedLogs, captureLogs } from './capture-logs.ts'

export interface GuardedApp {
  readonly app: FastifyInstance
  /** By role. */
  readonly keys: { readonly clerk: string; readonly chief: string }
  readonly logs: CapturedLogs
  /** Those that are valid now, by their hashes; a test may take one away. */
  readonly valid: Map<string, { readonly name: string; readonly role: string }>
  readonly asked: () => number
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>
  failures(): Promise<Readonly<Record<string, number>>>
}

export async function startGuardedApp({ perMinute = 0 }: { readonly perMinute?: number } = {}): Promise<GuardedApp> {
  const logs = captureLogs()
  const metrics = createRequestMetrics(new Registry())
  const keys = { clerk: 'rk_c_only-for-this-test', chief: 'rk_h_only-for-this-test' }
  const valid = new Map(Object.entries(keys).map(([role, key]) => [hashApiKey(key), { name: `${role} of the tests`, role }]))
  let asked = 0
  const loggerInstance: FastifyBaseLogger = logs.logger
  const app = Fastify({ loggerInstance })
  onTestFinished(() => app.close())
  app.decorateRequest('refusedAs', null)
  await app.register(errorAnswers)
  await app.register(authentication, {
    access: { look: ['clerk', 'chief'], order: ['chief'] },
    keyRing: {
      async find(hash) {
        asked += 1
        return valid.get(hash) ?? null
      },
    },
    limits: await createRequestLimits(app, perMinute),
    metrics,
  })
  app.get('/look', { config: { access: 'look' } }, async (request) => callerOf(request))
  app.get('/order', { config: { access: 'order' } }, async () => 'done')
  app.get('/open', { config: { access: 'public' } }, async () => 'for all')
  return {
    ...{ app, keys, logs, valid },
    asked: () => asked,
    get: (url, headers = {}) => app.inject({ url, headers }),
    async failures() {
      const { values } = await metrics.authFailures.get()
      return Object.fromEntries(values.map(({ labels, value }) => [String(labels.reason), value]))
    },
  }
}
