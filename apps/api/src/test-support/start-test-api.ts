// The API over a real database and a real Redis of the test's own, its log captured. Only time stands still until the test moves it.
import { randomBytes, randomUUID } from 'node:crypto'
import { alertProcesses } from '@rollcall/alerts'
import { API_ROLES, type ApiRole, type Database } from '@rollcall/database'
import { createTestDatabase } from '@rollcall/database/testing'
import { type BullDispatcher, createDispatcher, createIds, createRedisResourceGate, type Notice, type RunEvent } from '@rollcall/engine'
import { createVirtualClock, type VirtualClock } from '@rollcall/engine/testing'
import { operationsProcesses } from '@rollcall/operations'
import { connectRedis, createLogger, createSealer, disconnectRedis, redisReady, retentionEnv, sealingKeysSetting } from '@rollcall/platform'
import { type Answer, createSender, issueTestKeys, type Sending } from '@rollcall/platform/testing'
import { provisioningProcesses } from '@rollcall/provisioning'
import { statusSyncProcesses, statusSyncSchedules } from '@rollcall/status-sync'
import { Registry } from 'prom-client'
import { z } from 'zod'
import type { Api } from '../api.ts'
import type { ApiDeps } from '../api-deps.ts'
import { createApi } from '../app.ts'
import { student } from './people.ts'

/** With a key that every test file makes anew. */
export const testSealer = createSealer({ keys: sealingKeysSetting.parse(`test:${randomBytes(32).toString('base64')}`) })

/** Who asks, where a test does not say. */
const USUALLY: Readonly<Record<string, ApiRole>> = { GET: 'reader', POST: 'upstream' }

const WENT_WELL = {
  operationType: 'RESERVE_USERNAME',
  status: 'success',
  state: 'RESERVE_USERNAME',
  version: 1,
  attempt: 0,
  submittedData: { firstName: student.firstName },
  receivedData: { username: 'kalina', lastName: student.lastName },
  errorCode: null,
  errorMessage: null,
  durationMs: 12,
  count: null,
} as const

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
  post(path: string, body: unknown, sending?: Sending<ApiRole>): Promise<Answer>
  get(path: string, sending?: Sending<ApiRole>): Promise<Answer>
  patch(path: string, body: unknown, sending?: Sending<ApiRole>): Promise<Answer>
  delete(path: string, body: unknown, sending?: Sending<ApiRole>): Promise<Answer>
  /** Writes into a run's history what a worker would: unless told otherwise, that its first state went well. */
  happened(runUuid: string, event?: Partial<RunEvent>): Promise<void>
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
  const newId = createIds(clock)
  const notices: Notice[] = []
  const processes = [...provisioningProcesses, ...operationsProcesses, ...alertProcesses, ...statusSyncProcesses]
  const dispatcher = createDispatcher({ connection, namespace, processes })
  const keys = await issueTestKeys({ roles: API_ROLES, apiKeys: database.apiKeys, newId, now: clock.now() })
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

  const send = createSender({ app: api, keys, usually: ({ method }) => USUALLY[method] ?? 'admin' })

  return {
    api,
    database,
    dispatcher,
    clock,
    notices,
    keys,
    log: () => lines.join(''),
    post: (path, body, sending) => send({ method: 'POST', path, body }, sending),
    get: (path, sending) => send({ method: 'GET', path }, sending),
    patch: (path, body, sending) => send({ method: 'PATCH', path, body }, sending),
    delete: (path, body, sending) => send({ method: 'DELETE', path, body }, sending),
    happened: (runUuid, event = {}) => database.ledger.append({ ...WENT_WELL, id: newId(), runUuid, createdAt: clock.now(), ...event }),
    rows: () => countRows(database),
    async close() {
      await api.close()
      await dispatcher.close()
      await disconnectRedis(connection)
      await cleanup()
    },
  }
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
