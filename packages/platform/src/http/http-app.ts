// A server as all our apps have it: strict about what comes in, and with an answer to every way in which a request can end badly. What must
// always hold: nothing that a caller sent becomes part of a log line, and a server that closes finishes what it has begun.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController, type RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Logger } from '../create-logger.ts'
import { answerClientError } from './client-errors.ts'
import { draining } from './draining.ts'
import { answerError, errorAnswers } from './error-answers.ts'
import { jsonBody } from './json-body.ts'
import { requestLog } from './request-log.ts'
import { type RequestMetrics, requestMetrics } from './request-metrics.ts'
import { slowSenders } from './slow-senders.ts'
import { zodValidation } from './zod-validation.ts'

/** The server as routes see it: zod schemas give their handlers' types. */
export type HttpApp = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

export interface HttpAppOptions {
  readonly logger: Logger
  /** Whose X-Forwarded-For is believed: addresses and networks; false for nobody's. */
  readonly trustProxy: string[] | false
  /** Bytes of a body, at most. */
  readonly bodyLimit: number
  /** How long the slowest request of all may take to arrive. @defaultValue what holds for every request */
  readonly requestTimeoutMs?: number
}

/** Whoever waits longer for an answer has gone. */
const HANDLER_TIMEOUT_MS = 10_000
const WHOLE_REQUEST_TIMEOUT_MS = 30_000
const REST_AFTER_ANSWER_MS = 5_000
const HEADERS_TIMEOUT_MS = 10_000
/** Longer than the idle time of the usual load balancers, so that they hang up first. */
const KEEP_ALIVE_MS = 72_000

const CALLERS_REQUEST_ID = /^[A-Za-z0-9-]{1,64}$/

export function createHttpApp({ logger, trustProxy, bodyLimit, requestTimeoutMs = WHOLE_REQUEST_TIMEOUT_MS }: HttpAppOptions): HttpApp {
  const loggerInstance: FastifyBaseLogger = logger
  return Fastify({
    loggerInstance,
    // `request-log` writes the lines about requests: Fastify's own name the address.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    bodyLimit,
    trustProxy,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    // Node has one limit for all; `slow-senders` holds everything but uploads to a shorter one.
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    // Those under way are finished, those that still arrive are answered by `draining`.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Before any hook: whatever else such a sender has to say is not waited for.
    frameworkErrors: (error, request, reply) => answerError(error, request, reply.header('connection', 'close')),
    clientErrorHandler: answerClientError,
  }).withTypeProvider<ZodTypeProvider>()
}

/** What every route stands on; register it before anything else. */
export async function registerHttpBasics(app: HttpApp, { metrics }: { readonly metrics: Pick<RequestMetrics, 'requests'> }): Promise<void> {
  await app.register(errorAnswers)
  await app.register(zodValidation)
  await app.register(jsonBody)
  await app.register(slowSenders, { timeoutMs: WHOLE_REQUEST_TIMEOUT_MS, restMs: REST_AFTER_ANSWER_MS })
  await app.register(requestLog)
  await app.register(requestMetrics, { metrics })
  await app.register(draining)
}

function requestIdOf(sent: string | string[] | undefined): string {
  return typeof sent === 'string' && CALLERS_REQUEST_ID.test(sent) ? sent : randomUUID()
}
