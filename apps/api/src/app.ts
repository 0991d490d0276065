// The thin API: it judges requests, writes the ledger's rows and answers. Everything it is built from is handed in; nothing is read from
// the environment and nothing listens here.
import { createKeyRing, createPersonReads } from '@rollcall/database'
import { createAcceptRuns, createIds } from '@rollcall/engine'
import { authentication, createHttpApp, createRequestLimits, healthLive, metricsRoute, registerHttpBasics } from '@rollcall/platform/http'
import { gatherAccepts, gatherFindLive, gatherOpenRuns } from './accounts/gathered.ts'
import type { Api } from './api.ts'
import type { ApiDeps } from './api-deps.ts'
import { createApiMetrics } from './api-metrics.ts'
import { ACCESS } from './auth/access.ts'
import { cronRoutes } from './cron/cron-routes.ts'
import { openapi } from './plugins/openapi.ts'
import { cancelRun } from './routes/cancel-run.ts'
import { closeResource } from './routes/close-resource.ts'
import { collectCredential } from './routes/collect-credential.ts'
import { createImport, IMPORT_TIMEOUT_MS } from './routes/create-import.ts'
import { createOrganisationAccount } from './routes/create-organisation-account.ts'
import { createReplay } from './routes/create-replay.ts'
import { erasePersonData } from './routes/erase-person-data.ts'
import { getGroup } from './routes/get-group.ts'
import { getImport } from './routes/get-import.ts'
import { getOrganisationAccount } from './routes/get-organisation-account.ts'
import { getPersonData } from './routes/get-person-data.ts'
import { getReplay } from './routes/get-replay.ts'
import { getRun } from './routes/get-run.ts'
import { getStatus } from './routes/get-status.ts'
import { healthReady } from './routes/health-ready.ts'
import { listAlerts } from './routes/list-alerts.ts'
import { listHistory } from './routes/list-history.ts'
import { listImportRows } from './routes/list-import-rows.ts'
import { listImports } from './routes/list-imports.ts'
import { listOrganisationAccounts } from './routes/list-organisation-accounts.ts'
import { listReplayItems } from './routes/list-replay-items.ts'
import { listResources } from './routes/list-resources.ts'
import { listRuns } from './routes/list-runs.ts'
import { listUnfinished } from './routes/list-unfinished.ts'
import { receiveRegistration } from './routes/receive-registration.ts'
import { releaseUnfinished } from './routes/release-unfinished.ts'
import { reopenResource } from './routes/reopen-resource.ts'
import { replayRun } from './routes/replay-run.ts'
import { setAccountStatus } from './routes/set-account-status.ts'
import { studentCreate } from './routes/student-create.ts'
import { teacherCreate } from './routes/teacher-create.ts'

export type { ApiDeps } from './api-deps.ts'

const MEGABYTE = 1_024 * 1_024
const BODY_LIMIT = 2 * MEGABYTE

export async function createApi(deps: ApiDeps): Promise<Api> {
  const { logger, trustProxy } = deps
  const app = createHttpApp({ logger, trustProxy, bodyLimit: BODY_LIMIT, requestTimeoutMs: IMPORT_TIMEOUT_MS })

  const apiMetrics = createApiMetrics(deps.registry)
  const newId = createIds(deps.clock)
  const operations = { ...deps, newId, metrics: apiMetrics }
  const acceptRuns = createAcceptRuns(deps)
  const reading = { ...deps, personReads: createPersonReads({ ...deps, newId }) }
  const creation = {
    ...operations,
    accounts: { findLive: gatherFindLive(deps.accounts.findLive) },
    queries: { ...deps.queries, openRuns: gatherOpenRuns(deps.queries.openRuns) },
    acceptRuns: gatherAccepts(acceptRuns),
  }

  await registerHttpBasics(app, { metrics: apiMetrics })
  await app.register(openapi)
  const limits = await createRequestLimits(app, deps.requestsPerMinute)
  await app.register(authentication, { access: ACCESS, keyRing: createKeyRing(deps), limits, metrics: apiMetrics })

  studentCreate(app, creation)
  teacherCreate(app, creation)
  listRuns(app, reading)
  getRun(app, reading)
  getGroup(app, deps)
  listHistory(app, deps)
  replayRun(app, operations)
  cancelRun(app, operations)
  await createImport(app, { ...operations, acceptRuns })
  getImport(app, deps)
  listImports(app, deps)
  listImportRows(app, reading)
  collectCredential(app, operations)
  listUnfinished(app, reading)
  releaseUnfinished(app, { ...operations, acceptRuns })
  createReplay(app, { ...operations, acceptRuns })
  getReplay(app, deps)
  listReplayItems(app, deps)
  getPersonData(app, operations)
  erasePersonData(app, operations)
  cronRoutes(app, operations)
  await receiveRegistration(app, { ...operations, acceptRuns })
  createOrganisationAccount(app, operations)
  listOrganisationAccounts(app, deps)
  getOrganisationAccount(app, deps)
  setAccountStatus(app, operations)
  listAlerts(app, deps)
  listResources(app, deps)
  closeResource(app, operations)
  reopenResource(app, operations)
  getStatus(app, deps)
  healthLive(app)
  healthReady(app, deps)
  metricsRoute(app, deps)

  await app.ready()
  return app
}
