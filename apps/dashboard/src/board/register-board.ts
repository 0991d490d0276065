// Bull Board under /queues. Its own handlers read; what they may see and do is decided per request by who is asking.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BoardOptions } from '@bull-board/api/typings/app'
import { type BullDispatcher, type ErrorCode, type RedisConnection, TerminalError } from '@rollcall/engine'
import type { Queue } from 'bullmq'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BOARD_TOKEN_COOKIE, type Cookies } from '../auth/cookies.ts'
import { mayDo, type Operator } from '../auth/operator.ts'
import { blamingRedis } from '../auth/redis-side.ts'
import { operatorOf } from '../plugins/authentication.ts'
import { BOARD_POLICY } from '../plugins/security-headers.ts'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import type { RunOperations } from '../runs/replay-stored.ts'
import { jsonForPage, readBoardTemplate } from './board-page.ts'
import { type BoardRule, ruleOf } from './board-policy.ts'
import { boardWords } from './board-words.ts'
import { type CapturedBoard, captureBoard } from './capture-board.ts'
import { LedgerQueueAdapter } from './ledger-queue-adapter.ts'
import { replayFailedJobs, summaryOf } from './replay-failed-jobs.ts'
import { dropReplayedJob, replayJob } from './replay-job.ts'

const BASE = '/queues'
/** A queue's worth of replays, each a transaction. */
const HANDLER_TIMEOUT_MS = 60_000
const STATICS_KEPT_S = 3_600

const OPTIONS: BoardOptions = {
  uiConfig: {
    boardTitle: 'Rollcall',
    miscLinks: [
      { text: 'Overview', url: '/' },
      { text: 'Runs', url: '/runs' },
      { text: 'Log out', url: '/logout' },
    ],
    hideDocsLink: true,
    hideRedisDetails: true,
    // Who works stands in the heartbeats; asked of Redis it would be a CLIENT LIST per queue every few seconds.
    showWorkers: false,
    overview: { groupByDelimiter: true },
    sortQueues: true,
    locale: { lng: 'en-US' },
  },
}

export interface BoardDeps extends RunOperations {
  readonly dispatcher: BullDispatcher
  readonly connection: RedisConnection
  readonly errorCodes: readonly ErrorCode[]
  readonly cookies: Cookies
}

export async function registerBoard(app: FastifyInstance, deps: BoardDeps): Promise<CapturedBoard> {
  const queues = [...deps.dispatcher.queues.values()]
  const board = captureBoard({ queues: queues.map((queue) => new LedgerQueueAdapter({ queue, retry: null })), options: OPTIONS })
  await servePage(app, { board, cookies: deps.cookies })
  serveFiles(app, board)
  for (const route of board.apiRoutes) {
    for (const method of [route.method].flat().map((one) => one.toUpperCase())) {
      for (const path of [route.route].flat()) serveApi(app, { method, path, handler: route.handler, board, queues }, deps)
    }
  }
  return board
}

async function servePage(app: FastifyInstance, { board, cookies }: { board: CapturedBoard; cookies: Cookies }): Promise<void> {
  const template = readBoardTemplate(await readFile(join(board.views, 'index.ejs'), 'utf8'))
  for (const path of board.entryPaths) {
    app.get(`${BASE}${path}`, { config: { admits: 'read' }, helmet: BOARD_POLICY }, async (request, reply) => {
      const operator = operatorOf(request)
      const { favIcon } = board.uiConfig
      const environment = { label: `${operator.name} (${operator.role})`, color: '#0b57a4', textColor: '#ffffff' }
      const page = template({
        basePath: `${BASE}/`,
        title: 'Queues – Rollcall',
        favIconDefault: favIcon?.default ?? '',
        favIconAlternative: favIcon?.alternative ?? '',
        uiConfig: jsonForPage({ ...board.uiConfig, environment }),
      })
      return reply.setCookie(BOARD_TOKEN_COOKIE, operator.csrfToken, cookies.readable).type('text/html; charset=utf-8').send(page)
    })
  }
  app.get(BASE, { config: { admits: 'read' } }, (_request, reply) => reply.redirect(`${BASE}/`, 303))
}

function serveFiles(app: FastifyInstance, { statics }: CapturedBoard): void {
  app.get<{ Params: { language: string } }>(
    `${BASE}/static/locales/:language/messages.json`,
    { config: { admits: 'read', answers: 'file' } },
    async ({ params }, reply) => {
      const words = await boardWords({ statics, language: params.language })
      if (!words) throw new TerminalError(dashboardErrors.PAGE_NOT_FOUND)
      return reply.send(words)
    },
  )
  app.get<{ Params: { '*': string } }>(`${BASE}/static/*`, { config: { admits: 'read', answers: 'file' } }, ({ params }, reply) =>
    // Their names change with their content.
    reply.header('cache-control', `private, max-age=${STATICS_KEPT_S}`).sendFile(params['*'], statics, { cacheControl: false }),
  )
}

interface ApiRoute {
  readonly method: string
  readonly path: string
  readonly handler: CapturedBoard['apiRoutes'][number]['handler']
  readonly board: CapturedBoard
  readonly queues: readonly Queue[]
}

function serveApi(app: FastifyInstance, route: ApiRoute, deps: BoardDeps): void {
  const rule = ruleOf(route)
  app.route<{ Params: { queueName?: string; jobId?: string; queueStatus?: string } }>({
    method: route.method,
    url: `${BASE}${route.path}`,
    config: { admits: rule.kind === 'look' ? 'read' : 'operate', answers: 'board' },
    handlerTimeout: HANDLER_TIMEOUT_MS,
    handler: (request, reply) => blamingRedis(deps.connection, () => answer({ request, reply, route, rule }, deps)),
  })
}

async function answer(
  {
    request,
    reply,
    route,
    rule,
  }: {
    readonly request: FastifyRequest<{ Params: { queueName?: string; jobId?: string; queueStatus?: string } }>
    readonly reply: FastifyReply
    readonly route: ApiRoute
    readonly rule: BoardRule
  },
  deps: BoardDeps,
): Promise<FastifyReply> {
  const { params, query, body, headers } = request
  const operator = operatorOf(request)
  if (rule.kind === 'refuse') throw new TerminalError(dashboardErrors.ACTION_REFUSED, rule.reason)
  if (rule.kind === 'replayAll') return replayAll({ request, reply, operator }, deps)
  const queues = new Map(route.queues.map((queue) => [queue.name, adapterFor({ queue, operator }, deps)]))
  const asked = { queues, uiConfig: route.board.uiConfig, params, query: fieldsOf(query), body: fieldsOf(body), headers: plain(headers) }
  const { status = 200, body: answered } = await route.handler(asked)
  return reply.code(status).send(answered)
}

function adapterFor({ queue, operator }: { readonly queue: Queue; readonly operator: Operator }, deps: BoardDeps): LedgerQueueAdapter {
  if (!mayDo(operator, 'operate')) return new LedgerQueueAdapter({ queue, retry: null })
  return new LedgerQueueAdapter({
    queue,
    async retry(job) {
      await replayJob({ job, actor: operator.name }, deps)
      await dropReplayedJob({ queue, job })
    },
  })
}

async function replayAll(
  {
    request,
    reply,
    operator,
  }: {
    readonly request: FastifyRequest<{ Params: { queueName?: string; queueStatus?: string } }>
    readonly reply: FastifyReply
    readonly operator: Operator
  },
  deps: BoardDeps,
): Promise<FastifyReply> {
  const { queueName = '', queueStatus } = request.params
  const queue = deps.dispatcher.queues.get(queueName)
  if (!queue) throw new TerminalError(dashboardErrors.PAGE_NOT_FOUND)
  if (queueStatus !== 'failed') throw new TerminalError(dashboardErrors.ACTION_REFUSED, 'Only failed runs can be replayed.')
  const items = await replayFailedJobs({ queue, actor: operator.name }, deps)
  const skipped = items.filter(({ refusedAs }) => refusedAs !== null).length
  const counts = { retried: items.length - skipped, skipped, items }
  if (skipped === 0) return reply.send(counts)
  const { NOT_ALL_REPLAYED } = dashboardErrors
  request.refusedAs = NOT_ALL_REPLAYED.code
  const error = { error: NOT_ALL_REPLAYED.sentence, message: summaryOf(items, deps.errorCodes), code: NOT_ALL_REPLAYED.code }
  return reply.code(NOT_ALL_REPLAYED.httpStatus).send({ ...error, ...counts })
}

/** What Fastify parsed, as Bull Board wants it. */
function fieldsOf(parsed: unknown): Record<string, unknown> {
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
}

function plain(headers: FastifyRequest['headers']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]))
}
