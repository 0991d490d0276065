// The thin API: it judges requests, writes the ledger's rows and answers. Everything it is built from is handed in; nothing is read from
// the environment and nothing listens here.
import { randomUUID } from 'node:crypto'
import { createKeyRing, createPersonReads } from '@rollcall/database'
import { createAcceptRuns, createIds } from '@rollcall/engine'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { gatherAccepts, gatherFindLive, gatherOpenRuns } from './accounts/gathered.ts'
import type { Api } from './api.ts'
import type { ApiDeps } from './api-deps.ts'
import { authentication } from './plugins/authentication.ts'
import { answerClientError } from './plugins/client-errors.ts'
import { draining } from './plugins/draining.ts'
import { answerError, errorAnswers } from './plugins/error-answers.ts'
import { jsonBody } from './plugins/json-body.ts'
import { createApiMetrics, requestMetrics } from './plugins/metrics.ts'
import { openapi } from './plugins/openapi.ts'
import { createRequestLimits } from './plugins/request-limits.ts'
import { requestLog } from './plugins/request-log.ts'
import { slowSenders } from './plugins/slow-senders.ts'
import { zodValidation } from './plugins/zod-validation.ts'
import { cancelRun } from './routes/cancel-run.ts'
import { closeResource } from './routes/close-resource.ts'
import { collectCredential } from './routes/collect-credential.ts'
import { createImport, IMPORT_TIMEOUT_MS } from './routes/create-import.ts'
import { createReplay } from './routes/create-replay.ts'
import { erasePersonData } from './routes/erase-person-data.ts'
import { getGroup } from './routes/get-group.ts'
import { getImport } from './routes/get-import.ts'
import { getPersonData } from './routes/get-person-data.ts'
import { getReplay } from './routes/get-replay.ts'
import { getRun } from './routes/get-run.ts'
import { getStatus } from './routes/get-status.ts'
import { healthLive } from './routes/health-live.ts'
import { healthReady } from './routes/health-ready.ts'
import { listHistory } from './routes/list-history.ts'
import { listImportRows } from './routes/list-import-rows.ts'
import { listImports } from './routes/list-imports.ts'
import { listReplayItems } from './routes/list-replay-items.ts'
import { listResources } from './routes/list-resources.ts'
import { listRuns } from './routes/list-runs.ts'
import { listUnfinished } from './routes/list-unfinished.ts'
import { metrics } from './routes/metrics.ts'
import { releaseUnfinished } from './routes/release-unfinished.ts'
import { reopenResource } from './routes/reopen-resource.ts'
import { replayRun } from './routes/replay-run.ts'
import { studentCreate } from './routes/student-create.ts'
import { teacherCreate } from './routes/teacher-create.ts'

export type { ApiDeps } from './api-deps.ts'

const MEGABYTE = 1_024 * 1_024
const BODY_LIMIT = 2 * MEGABYTE
/** A thousand accounts are written within a second or two; whoever waits longer for an answer has gone. */
const HANDLER_TIMEOUT_MS = 10_000
const WHOLE_REQUEST_TIMEOUT_MS = 30_000
const REST_AFTER_ANSWER_MS = 5_000
const HEADERS_TIMEOUT_MS = 10_000
/** Longer than the idle time of the usual load balancers, so that they hang up first. */
const KEEP_ALIVE_MS = 72_000

const CALLERS_REQUEST_ID = /^[A-Za-z0-9-]{1,64}$/

export async function createApi(deps: ApiDeps): Promise<Api> {
  const loggerInstance: FastifyBaseLogger = deps.logger
  const app = Fastify({
    loggerInstance,
    // `request-log` writes the lines about requests: Fastify's own name the address.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    bodyLimit: BODY_LIMIT,
    trustProxy: deps.trustProxy,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    // Node has one limit for all; `slow-senders` holds everything but uploads to a shorter one.
    requestTimeout: IMPORT_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    // Those under way are finished, those that still arrive are answered by `draining`.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Before any hook: whatever else such a sender has to say is not waited for.
    frameworkErrors: (error, request, reply) => answerError(error, request, reply.header('connection', 'close')),
    clientErrorHandler: answerClientError,
  }).withTypeProvider<ZodTypeProvider>()

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

  await app.register(errorAnswers)
  await app.register(zodValidation)
  await app.register(jsonBody)
  await app.register(slowSenders, { timeoutMs: WHOLE_REQUEST_TIMEOUT_MS, restMs: REST_AFTER_ANSWER_MS })
  await app.register(requestLog)
  await app.register(requestMetrics, { metrics: apiMetrics })
  await app.register(draining)
  await app.register(openapi)
  const limits = await createRequestLimits(app, deps.requestsPerMinute)
  await app.register(authentication, { keyRing: createKeyRing(deps), limits, metrics: apiMetrics })

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
  listResources(app, deps)
  closeResource(app, operations)
  reopenResource(app, operations)
  getStatus(app, deps)
  healthLive(app)
  healthReady(app, deps)
  metrics(app, deps)

  await app.ready()
  return app
}

function requestIdOf(sent: string | string[] | undefined): string {
  return typeof sent === 'string' && CALLERS_REQUEST_ID.test(sent) ? sent : randomUUID()
}
