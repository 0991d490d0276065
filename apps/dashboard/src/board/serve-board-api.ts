// Bull Board's own API. Its handlers look; what they may look at and do is decided per request, by who is asking.
import { type BullDispatcher, type RedisConnection, TerminalError } from '@rollcall/engine'
import type { Queue } from 'bullmq'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { mayDo, type Operator } from '../auth/operator.ts'
import { blamingRedis } from '../auth/redis-side.ts'
import { operatorOf } from '../plugins/authentication.ts'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import type { RunOperations } from '../runs/replay-stored.ts'
import { BOARD_BASE } from './board-options.ts'
import { ruleOf } from './board-policy.ts'
import type { CapturedBoard } from './capture-board.ts'
import { LedgerQueueAdapter } from './ledger-queue-adapter.ts'
import { replayFailedJobs, summaryOf } from './replay-failed-jobs.ts'
import { dropReplayedJob, replayJob } from './replay-job.ts'

/** A queue's worth of replays, each a transaction. */
const HANDLER_TIMEOUT_MS = 60_000

export interface BoardApiDeps extends RunOperations {
  readonly dispatcher: BullDispatcher
  readonly connection: RedisConnection
}

interface BoardParams {
  readonly queueName?: string
  readonly queueStatus?: string
}
type BoardRequest = FastifyRequest<{ Params: BoardParams }>
type Handler = CapturedBoard['apiRoutes'][number]['handler']

export function serveBoardApi(app: FastifyInstance, board: CapturedBoard, deps: BoardApiDeps): void {
  for (const { method, route, handler } of board.apiRoutes) {
    for (const verb of [method].flat().map((one) => one.toUpperCase())) {
      for (const path of [route].flat()) serveRoute(app, { method: verb, path, handler, uiConfig: board.uiConfig }, deps)
    }
  }
}

function serveRoute(
  app: FastifyInstance,
  { method, path, ...route }: { method: string; path: string; handler: Handler; uiConfig: CapturedBoard['uiConfig'] },
  deps: BoardApiDeps,
): void {
  const rule = ruleOf({ method, path })
  app.route<{ Params: BoardParams }>({
    method,
    url: `${BOARD_BASE}${path}`,
    config: { admits: rule.kind === 'look' ? 'read' : 'operate', answers: 'board' },
    handlerTimeout: HANDLER_TIMEOUT_MS,
    handler(request, reply) {
      if (rule.kind === 'refuse') throw new TerminalError(dashboardErrors.ACTION_REFUSED, rule.reason)
      const work = rule.kind === 'replayAll' ? replayAll({ request, reply }, deps) : askBullBoard({ request, reply, ...route }, deps)
      return blamingRedis(deps.connection, () => work)
    },
  })
}

async function askBullBoard(
  {
    request,
    reply,
    handler,
    uiConfig,
  }: { request: BoardRequest; reply: FastifyReply; handler: Handler; uiConfig: CapturedBoard['uiConfig'] },
  deps: BoardApiDeps,
): Promise<FastifyReply> {
  const { params, query, body, headers } = request
  const operator = operatorOf(request)
  const queues = await queuesFor(operator, deps)
  const asked = { queues, uiConfig, params, query: fieldsOf(query), body: fieldsOf(body), headers: plain(headers) }
  const { status = 200, body: answer } = await handler(asked)
  return reply.code(status).send(answer)
}

async function queuesFor(operator: Operator, deps: BoardApiDeps): Promise<Map<string, LedgerQueueAdapter>> {
  const { earlierQueues, queues } = deps.dispatcher
  const shown = new Map([...queues].map(([name, queue]) => [name, adapterFor({ queue, operator }, deps)]))
  const left = await Promise.all([...earlierQueues.values()].map(async (queue) => ((await holdsJobs(queue)) ? [queue] : [])))
  // Only to be looked at: whoever replays a run finds its job under today's name.
  for (const queue of left.flat()) shown.set(queue.name, new LedgerQueueAdapter({ queue, retry: null }))
  return shown
}

/** Completed jobs aside, which stay in a queue for ever once nothing comes behind them. */
async function holdsJobs(queue: Queue): Promise<boolean> {
  return (await queue.getJobCountByTypes('active', 'delayed', 'failed', 'prioritized', 'waiting')) > 0
}

function adapterFor({ queue, operator }: { readonly queue: Queue; readonly operator: Operator }, deps: BoardApiDeps): LedgerQueueAdapter {
  if (!mayDo(operator, 'operate')) return new LedgerQueueAdapter({ queue, retry: null })
  return new LedgerQueueAdapter({
    queue,
    async retry(job) {
      await replayJob({ job, operator }, deps)
      await dropReplayedJob({ queue, job }, deps)
    },
  })
}

async function replayAll({ request, reply }: { request: BoardRequest; reply: FastifyReply }, deps: BoardApiDeps): Promise<FastifyReply> {
  const { queueName = '', queueStatus } = request.params
  const queue = deps.dispatcher.queues.get(queueName)
  if (!queue) throw new TerminalError(dashboardErrors.PAGE_NOT_FOUND)
  if (queueStatus !== 'failed') throw new TerminalError(dashboardErrors.ACTION_REFUSED, 'Only failed runs can be replayed.')
  const outcomes = await replayFailedJobs({ queue, operator: operatorOf(request) }, deps)
  const items = outcomes.map(({ refusal, ...item }) => ({
    ...item,
    refusedAs: refusal?.errorCode.code ?? null,
    detail: refusal?.message ?? null,
  }))
  const skipped = items.filter(({ refusedAs }) => refusedAs !== null).length
  const counts = { retried: items.length - skipped, skipped, items }
  if (skipped === 0) return reply.send(counts)
  // An error, although some were replayed: only then does Bull Board show the reasons.
  const { code, httpStatus, sentence } = dashboardErrors.NOT_ALL_REPLAYED
  request.refusedAs = code
  return reply.code(httpStatus).send({ error: sentence, message: summaryOf(outcomes), code, ...counts })
}

/** What Fastify parsed, as Bull Board wants it. */
function fieldsOf(parsed: unknown): Record<string, unknown> {
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
}

function plain(headers: FastifyRequest['headers']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]))
}
