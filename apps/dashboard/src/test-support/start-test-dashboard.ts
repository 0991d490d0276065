// The dashboard over a real database and a real Redis of the test's own, its log captured. Only time stands still until the test moves it.
import { randomUUID } from 'node:crypto'
import { API_ROLES, type ApiKeys, type ApiRole, type Database } from '@rollcall/database'
import { createTestDatabase } from '@rollcall/database/testing'
import { type BullDispatcher, createDispatcher, createIds, engineErrors, type RedisConnection } from '@rollcall/engine'
import { createVirtualClock, type VirtualClock } from '@rollcall/engine/testing'
import { connectRedis, createLogger, disconnectRedis, redisReady } from '@rollcall/platform'
import { issueTestKeys } from '@rollcall/platform/testing'
import { provisioningErrors, provisioningProcesses } from '@rollcall/provisioning'
import type { FastifyInstance } from 'fastify'
import { createDashboard } from '../app.ts'
import { createSite } from '../auth/site.ts'
import type { DashboardDeps } from '../dashboard-deps.ts'
import { type Browser, openBrowser } from './browser.ts'
import { drill, drillErrors } from './drill.ts'

export interface TestDashboard {
  readonly app: FastifyInstance
  readonly database: Database
  readonly connection: RedisConnection
  readonly namespace: string
  readonly dispatcher: BullDispatcher
  readonly clock: VirtualClock
  readonly keys: Readonly<Record<ApiRole, { readonly id: string; readonly name: string; readonly key: string }>>
  /** All that was logged so far, at every level. */
  readonly log: () => string
  /** A browser that nobody has logged in with yet. */
  browser(): Browser
  /** One in which somebody has. */
  loggedIn(role: ApiRole): Promise<Browser>
  close(): Promise<void>
}

export async function startTestDashboard({
  redisUrl,
  publicUrl = null,
  deps = {},
}: {
  readonly redisUrl: string
  readonly publicUrl?: string | null
  readonly deps?: Partial<DashboardDeps>
}): Promise<TestDashboard> {
  const { database, cleanup } = await createTestDatabase()
  const lines: string[] = []
  const logger = createLogger({ app: 'dashboard', level: 'trace', destination: { write: (line) => void lines.push(line) } })
  const connection = connectRedis({ url: redisUrl, role: 'producer', logger })
  await redisReady(connection, 5_000)
  const namespace = `test-${randomUUID()}`
  const clock = createVirtualClock()
  const newId = createIds(clock)
  const processes = [...provisioningProcesses, drill]
  const dispatcher = createDispatcher({ connection, namespace, processes })
  const keys = await issueNamedKeys({ apiKeys: database.apiKeys, newId, now: clock.now() })
  const app = await createDashboard({
    ledger: database.ledger,
    queries: database.ledger,
    archive: database.archive,
    closures: database.closures,
    cohorts: database.cohorts,
    apiKeys: database.apiKeys,
    audit: database.audit,
    dispatcher,
    processes,
    scheduleDefinitions: [],
    errorCodes: [engineErrors, provisioningErrors, drillErrors].flatMap((registry) => Object.values(registry)),
    connection,
    namespace,
    readFleet: async () => ({ status: 'ok', silent: null, missing: [], heartbeats: [] }),
    health: { database: database.ping, redis: async () => void (await connection.ping()) },
    site: createSite(publicUrl),
    trustProxy: false,
    clock,
    newId,
    notify: () => undefined,
    logger,
    ...deps,
  })
  const browser = () => openBrowser({ app, origin: publicUrl ?? 'http://localhost:5001' })

  return {
    app,
    database,
    connection,
    namespace,
    dispatcher,
    clock,
    keys,
    log: () => lines.join(''),
    browser,
    async loggedIn(role) {
      const one = browser()
      const { name, key } = keys[role]
      const answer = await one.logIn({ name, key })
      if (answer.status !== 303) throw new Error(`${name} could not log in: ${answer.status}`)
      return one
    },
    async close() {
      await app.close()
      await dispatcher.close()
      await disconnectRedis(connection)
      await cleanup()
    },
  }
}

type NamedKeys = TestDashboard['keys']

async function issueNamedKeys({ apiKeys, newId, now }: { apiKeys: ApiKeys; newId: () => string; now: number }): Promise<NamedKeys> {
  const keys = await issueTestKeys({ roles: API_ROLES, apiKeys, newId, now })
  const named = (await apiKeys.list()).map(({ id, name, role }) => [role, { id, name, key: keys[role] }] as const)
  return Object.fromEntries(named) as NamedKeys
}
