// The API over a real database and a real Redis of the test's own, its log captured. Only time stands still until the test moves it.
import { randomBytes, randomUUID } from 'node:crypto'
import { alertProcesses } from '@rollcall/alerts'
import { API_ROLES, type ApiRole, type Database } from '@rollcall/database'
import { createTestDatabase } from '@rollcall/database/testing'
import { type BullDispatcher, createDispatcher, createIds, createRedisResourceGate, type Notice } from '@rollcall/engine'
import { createVirtualClock, type VirtualClock } from '@rollcall/engine/testing'
import { operationsProcesses } from '@rollcall/operations'
import {
  connectRedis,
  createApiKey,
  createLogger,
  createSealer,
  disconnectRedis,
  redisReady,
  retentionEnv,
  sealingKeysSetting,
} from '@rollcall/platform'
import { provisioningProcesses } from '@rollcall/provisioning'
import { statusSyncProcesses, statusSyncSchedules } from '@rollcall/status-sync'
import { Registry } from 'prom-client'
import { z } from 'zod'
import type { Api } from '../api.ts'
import type { ApiDeps } from '../api-deps.ts'
import { createApi } from '../app.ts'

/** With a key that every test file makes anew. */
export const testSealer = createSealer({ keys: sealingKeysSetting.parse(`test:${randomBytes(32).toString('base64')}`) })

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  // The tests read many shapes of answers; each asserts the one that it expects.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
}

export interface Sending {
  /** Whose key is sent. @defaultValue `upstream` for a POST, `reader` for a GET */
  readonly as?: ApiRole | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface TestApi {
  readonly api: Api
  readonly database: Database
  readonly dispatcher: BullDispatcher
  readonly clock: VirtualClock
  readonly notices: readonly Notice[]
  readonly keys: Readonly<Record<ApiRole, string>>
  /** All that was logged so far, at every level. */
  readonly log: () => string
  /** @param body a string is sent as it is, anything else as JSON */
  post(path: string, body: unknown, sending?: Sending): Promise<Answer>
  get(path: string, sending?: Sending): Promise<Answer>
  patch(path: string, body: unknown, sending?: Sending): Promise<Answer>
  delete(path: string, body: unknown, sending?: Sending): Promise<Answer>
  /** How many rows each table has that holds any; keys and seeded roles aside. */
  rows(): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

export async function startTestApi({ redisUrl, deps = {} }: { redisUrl: string; deps?: Partial<ApiDeps> }): Promise<TestApi> {
  const { database, cleanup } = await createTestDatabase()
  const lines: string[] = []
  const logger = createLogger({ app: 'api', level: 'trace', destination: { write: (line) => void lines.push(line) } })
  const connection = connectRedis({ url: redisUrl, role: 'producer', logger })
  await redisReady(connection, 5_000)
  const namespace = `test-${randomUUID()}`
  const clock = createVirtualClock()
  const notices: Notice[] = []
  const processes = [...provisioningProcesses, ...operationsProcesses, ...alertProcesses, ...statusSyncProcesses]
  const dispatcher = createDispatcher({ connection, namespace, processes })
  const keys = await issueKeys({ database, clock })
  const api = await createApi({
    ledger: database.ledger,
    queries: database.ledger,
    accounts: database.accounts,
    credentials: database.credentials,
    sealer: testSealer,
    unfinished: database.unfinished,
    cohorts: database.cohorts,
    alerts: database.alerts,
    schedules: database.schedules,
    scheduleDefinitions: statusSyncSchedules,
    signals: database.signals,
    syncRuns: database.syncRuns,
    jobReads: database.jobReads,
    organisationAccounts: database.organisationAccounts,
    accountOrders: database.accountOrders,
    pushSecrets: [],
    countChanges: () => undefined,
    imports: database.imports,
    archive: database.archive,
    persons: database.persons,
    audit: database.audit,
    retention: z.object(retentionEnv).parse({}),
    apiKeys: database.apiKeys,
    closures: database.closures,
    gate: createRedisResourceGate({ connection, namespace, limits: [], random: Math.random }),
    dispatcher,
    processes,
    clock,
    notify: (notice) => void notices.push(notice),
    logger,
    registry: new Registry(),
    health: {
      database: database.ping,
      redis: async () => void (await connection.ping()),
      silentWorkers: async () => [],
    },
    readFleet: async () => ({ status: 'ok', silent: null, missing: [], heartbeats: [] }),
    requestsPerMinute: 0,
    trustProxy: false,
    ...deps,
  })

  async function send(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    { as, headers, payload }: Sending & { payload?: string },
  ): Promise<Answer> {
    const key = as === null ? {} : { authorization: `Bearer ${keys[as ?? (method === 'GET' ? 'reader' : 'upstream')]}` }
    const body = payload === undefined ? {} : { payload }
    const type = payload === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await api.inject({ method, url: path, headers: { ...type, ...key, ...headers }, ...body })
    return { status: answer.statusCode, headers: answer.headers, body: parsed(answer.body) }
  }

  return {
    api,
    database,
    dispatcher,
    clock,
    notices,
    keys,
    log: () => lines.join(''),
    post: (path, body, sending = {}) => send('POST', path, { ...sending, payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    get: (path, sending = {}) => send('GET', path, sending),
    patch: (path, body, sending = {}) => send('PATCH', path, { as: 'admin', ...sending, payload: JSON.stringify(body) }),
    delete: (path, body, sending = {}) => send('DELETE', path, { as: 'admin', ...sending, payload: JSON.stringify(body) }),
    rows: () => countRows(database),
    async close() {
      await api.close()
      await dispatcher.close()
      await disconnectRedis(connection)
      await cleanup()
    },
  }
}

async function issueKeys({ database, clock }: { database: Database; clock: VirtualClock }): Promise<Record<ApiRole, string>> {
  const newId = createIds(clock)
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

async function countRows({ prisma }: Database): Promise<Record<string, number>> {
  const counts = {
    run: await prisma.run.count(),
    runEvent: await prisma.runEvent.count(),
    request: await prisma.request.count(),
    cohortItem: await prisma.cohortItem.count(),
    import: await prisma.import.count(),
    importRow: await prisma.importRow.count(),
    lease: await prisma.lease.count(),
    resourceClosure: await prisma.resourceClosure.count(),
    auditLog: await prisma.auditLog.count(),
    person: await prisma.person.count(),
    sysUser: await prisma.sysUser.count(),
    sysUserSysRole: await prisma.sysUserSysRole.count(),
    institution: await prisma.institution.count(),
    usernameReservation: await prisma.usernameReservation.count(),
    credential: await prisma.credential.count(),
  }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
