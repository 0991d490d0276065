// The service over a real database of the test's own, its log captured. Only time stands still until the test moves it.
import { API_ROLES, type ApiRole, type Database } from '@rollcall/database'
import { createTestDatabase } from '@rollcall/database/testing'
import { createIds } from '@rollcall/engine'
import { createVirtualClock, type VirtualClock } from '@rollcall/engine/testing'
import { createApiKey, createLogger } from '@rollcall/platform'
import type { HttpApp } from '@rollcall/platform/http'
import { Registry } from 'prom-client'
import { createRegistrationService, type RegistrationDeps } from '../app.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  // The tests read many shapes of answers; each asserts the one that it expects.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
}

export interface Sending {
  /** Whose key is sent; null: none. @defaultValue `service` for what reads, `operator` for what changes */
  readonly as?: ApiRole | null
  readonly headers?: Readonly<Record<string, string>>
}

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
  get(path: string, sending?: Sending): Promise<Answer>
  /** @param body a string is sent as it is, anything else as JSON */
  post(path: string, body: unknown, sending?: Sending): Promise<Answer>
  patch(path: string, body: unknown, sending?: Sending): Promise<Answer>
  put(path: string, body: unknown, sending?: Sending): Promise<Answer>
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
  const keys = await issueKeys({ database, clock, newId })
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

  async function send(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT',
    path: string,
    { as = method === 'GET' || path.includes('/batch/') ? 'service' : 'operator', body, headers }: Sending & { readonly body?: unknown },
  ): Promise<Answer> {
    const key = as === null ? {} : { authorization: `Bearer ${keys[as]}` }
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await app.inject({ method, url: path, headers: { ...type, ...key, ...headers }, ...payload })
    return { status: answer.statusCode, headers: answer.headers, body: parsed(answer.body) }
  }

  let registered = 0
  return {
    app,
    database,
    clock,
    keys,
    newId,
    statements,
    log: () => lines.join(''),
    get: (path, sending = {}) => send('GET', path, sending),
    post: (path, body, sending = {}) => send('POST', path, { ...sending, body }),
    patch: (path, body, sending = {}) => send('PATCH', path, { ...sending, body }),
    put: (path, body, sending = {}) => send('PUT', path, { as: 'admin', ...sending, body }),
    async register(body = {}) {
      registered += 1
      const numbered = { userId: `user-${registered}`, registrationNumber: `ETH-2024-${registered}`, status: 'submitted' }
      const answer = await send('POST', '/api/registrations', {
        body: { organizationName: 'Hill Farm Co-operative', ...numbered, ...body },
      })
      if (answer.status !== 201) throw new Error(`Registering was answered with ${answer.status}: ${JSON.stringify(answer.body)}`)
      return answer.body.data
    },
    async close() {
      await app.close()
      await cleanup()
    },
  }
}

async function issueKeys({
  clock,
  database,
  newId,
}: {
  readonly database: Database
  readonly clock: VirtualClock
  readonly newId: () => string
}): Promise<Record<ApiRole, string>> {
  const issued = await Promise.all(
    API_ROLES.map(async (role): Promise<[ApiRole, string]> => {
      const { key, hash } = createApiKey(role)
      const made = { id: newId(), name: `${role} of the tests`, hash, role, createdAt: clock.now(), createdBy: 'test', expiresAt: null }
      await database.apiKeys.create(made, null)
      return [role, key]
    }),
  )
  return Object.fromEntries(issued) as Record<ApiRole, string>
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
