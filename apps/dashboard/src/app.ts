// The dashboard: Bull Board over every queue and a small console beside it, behind one login. Everything it is built from is handed in; nothing
// is read from the environment and nothing listens here.
import { randomUUID } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import formBody from '@fastify/formbody'
import fastifyStatic from '@fastify/static'
import { createKeyRing, createPersonReads } from '@rollcall/database'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { cookiesFor } from './auth/cookies.ts'
import { createLoginGuard } from './auth/login-guard.ts'
import { createSessions } from './auth/sessions.ts'
import { registerBoard } from './board/register-board.ts'
import type { DashboardDeps } from './dashboard-deps.ts'
import { authentication } from './plugins/authentication.ts'
import { requestLog } from './plugins/request-log.ts'
import { securityHeaders } from './plugins/security-headers.ts'
import { answerError, errorAnswers } from './problems/error-answers.ts'
import { cancelRun } from './routes/cancel-run.ts'
import { getLogin } from './routes/get-login.ts'
import { getOverview } from './routes/get-overview.ts'
import { getRun } from './routes/get-run.ts'
import { getStylesheet } from './routes/get-stylesheet.ts'
import { health } from './routes/health.ts'
import { listRuns } from './routes/list-runs.ts'
import { logout } from './routes/logout.ts'
import { postLogin } from './routes/post-login.ts'
import { replayRun } from './routes/replay-run.ts'

/** Forms and Bull Board's orders are small. */
const BODY_LIMIT = 64 * 1_024
const HANDLER_TIMEOUT_MS = 15_000
const WHOLE_REQUEST_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 10_000
/** Longer than the idle time of the usual load balancers, so that they hang up first. */
const KEEP_ALIVE_MS = 72_000

export async function createDashboard(deps: DashboardDeps): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deps.logger
  const app: FastifyInstance = Fastify({
    loggerInstance,
    // `request-log` writes the lines about requests: Fastify's own name the address.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: deps.trustProxy,
    bodyLimit: BODY_LIMIT,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    requestTimeout: WHOLE_REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  })
  const cookies = cookiesFor(deps.site)
  const sessions = createSessions(deps)
  const keyRing = createKeyRing(deps)

  await app.register(errorAnswers)
  await app.register(requestLog)
  await app.register(securityHeaders, { site: deps.site })
  await app.register(fastifyCookie)
  await app.register(formBody)
  await app.register(fastifyStatic, { serve: false })
  await app.register(authentication, { sessions, keyRing, cookies, site: deps.site })

  health(app, deps)
  getStylesheet(app)
  getLogin(app, { cookies })
  postLogin(app, { ...deps, cookies, sessions, keyRing, guard: createLoginGuard(deps) })
  logout(app, { ...deps, cookies, sessions })
  getOverview(app, deps)
  listRuns(app, deps)
  const reading = { ...deps, personReads: createPersonReads(deps) }
  getRun(app, reading)
  replayRun(app, reading)
  cancelRun(app, reading)
  await registerBoard(app, { ...deps, cookies })

  await app.ready()
  return app
}
