// The service over a real database of the test's own, its log captured. Only time stands still until the test moves it.
import { API_ROLES, type ApiRole, type Database } from '@rollcall/database'
import { createTestDatabase } from '@rollcall/database/testing'
import { createIds } from '@rollcall/engine'
import { createVirtualClock, type VirtualClock } from '@rollcall/engine/testing'
import { createLogger } from '@rollcall/platform'
import type { HttpApp } from '@rollcall/platform/http'
import { type Answer, createSender, issueTestKeys, type Sending } from '@rollcall/platform/testing'
import { Registry } from 'prom-client'
import { createRegistrationService, type RegistrationDeps } from '../app.ts'

export interface TestService {
  readonly app: HttpApp
  readonly database: Database
  readonly clock: VirtualClock
  readonly keys: Readonly<Record<ApiRole, string>>
  readonly newId: () => string
  /** Every statement that was sent to SQL so far. */
  readonly statements: string[]
  /** All that was logged so far, at every level. */
  readonly log: () => string
  get(path: string, sending?: Sending<ApiRole>): Promise<Answer>
  /** @param body a string is sent as it is, anything else as JSON */
  post(path: string, body: unknown, sending?: Sending<ApiRole>): Promise<Answer>
  patch(path: string, body: unknown, sending?: Sending<ApiRole>): Promise<Answer>
  put(path: string, body: unknown, sending?: Sending<ApiRole>): Promise<Answer>
  /** Registers an organisation. @returns the registration as it was answered */
  register(body?: Readonly<Record<string, unknown>>): Promise<Answer['body']>
  close(): Promise<void>
}

export async function startTestService(deps: Partial<RegistrationDeps> = {}): Promise<TestService> {
  const statements: string[] = []
  const { database, cleanup } = await createTestDatabase({ onQuery: (sql) => void statements.push(sql) })
  const lines: string[] = []
  const logger = createLogger({ app: 'registration-service', level: 'trace', destination: { write: (line) => void lines.push(line) } })
  const clock = createVirtualClock()
  const newId = createIds(clock)
  const keys = await issueTestKeys({ roles: API_ROLES, apiKeys: database.apiKeys, newId, now: clock.now() })
  const app = await createRegistrationService({
    registrations: database.registrations,
    apiKeys: database.apiKeys,
    clock,
    newId,
    logger,
    registry: new Registry(),
    ping: () => database.ping(),
    requestsPerMinute: 0,
    faults: null,
    ...deps,
  })

  const send = createSender({ app, keys, usually })
  let registered = 0
  return {
    app,
    database,
    clock,
    keys,
    newId,
    statements,
    log: () => lines.join(''),
    get: (path, sending) => send({ method: 'GET', path }, sending),
    post: (path, body, sending) => send({ method: 'POST', path, body }, sending),
    patch: (path, body, sending) => send({ method: 'PATCH', path, body }, sending),
    put: (path, body, sending) => send({ method: 'PUT', path, body }, sending),
    async register(body = {}) {
      registered += 1
      const numbered = { userId: `user-${registered}`, registrationNumber: `ETH-2024-${registered}`, status: 'submitted' }
      const sent = { organizationName: 'Hill Farm Co-operative', ...numbered, ...body }
      const answer = await send({ method: 'POST', path: '/api/registrations', body: sent })
      if (answer.status !== 201) throw new Error(`Registering was answered with ${answer.status}: ${JSON.stringify(answer.body)}`)
      return answer.body.data
    },
    async close() {
      await app.close()
      await cleanup()
    },
  }
}

/** Who asks, where a test does not say. */
function usually({ method, path }: { readonly method: string; readonly path: string }): ApiRole {
  if (method === 'PUT') return 'admin'
  return method === 'GET' || path.includes('/batch/') ? 'service' : 'operator'
}
