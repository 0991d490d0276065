// Every way in which a request can end badly: a page for a person, an error that Bull Board shows as a toast for its own page. Nothing that
// was sent becomes part of an answer or of a log line.
import { CodedError, type ErrorCode } from '@rollcall/engine'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ownPath } from '../auth/own-path.ts'
import { html } from '../pages/html.ts'
import { layout } from '../pages/layout.ts'
import { problemPage } from '../pages/problem-page.ts'
import { dashboardErrors } from './dashboard-errors.ts'

const FRAMEWORK_ERRORS: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_HANDLER_TIMEOUT: dashboardErrors.TIMED_OUT,
  FST_ERR_NOT_FOUND: dashboardErrors.PAGE_NOT_FOUND,
}

/** What a caller should wait before it asks again, in seconds. */
const RETRY_AFTER_S = 5

export const errorAnswers = fp(
  async (app: FastifyInstance) => {
    app.setErrorHandler(answerError)
    app.setNotFoundHandler(async (request, reply) => {
      request.refusedAs = dashboardErrors.PAGE_NOT_FOUND.code
      return answerWithPage({ request, reply, errorCode: dashboardErrors.PAGE_NOT_FOUND, detail: null })
    })
  },
  { name: 'error-answers' },
)

export async function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { errorCode, detail } = readable(error)
  request.refusedAs = errorCode.code
  if (errorCode.httpStatus >= 500) request.log.error({ code: errorCode.code, err: error }, 'request failed')
  if (errorCode.httpStatus === 503) reply.header('retry-after', String(RETRY_AFTER_S))
  if (request.routeOptions.config.answers === 'board') return answerBoard({ reply, errorCode, detail })
  if (errorCode === dashboardErrors.NOT_LOGGED_IN && request.method === 'GET') return sendToLogin(request, reply)
  return answerWithPage({ request, reply, errorCode, detail })
}

interface Readable {
  readonly errorCode: ErrorCode
  /** What it says beyond its sentence. */
  readonly detail: string | null
}

export function readable(error: unknown): Readable {
  if (error instanceof CodedError) {
    const { errorCode, message } = error
    const detail = message.startsWith(errorCode.sentence) ? message.slice(errorCode.sentence.length).trim() : message
    // A code that no request should end with says only that it was our fault.
    if (errorCode.httpStatus === 500) return { errorCode: dashboardErrors.INTERNAL_ERROR, detail: null }
    return { errorCode, detail: detail === '' ? null : detail }
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = FRAMEWORK_ERRORS[code]
  if (known) return { errorCode: known, detail: null }
  const isClientFault = error instanceof Error && 'statusCode' in error && Number(error.statusCode) >= 400 && Number(error.statusCode) < 500
  return { errorCode: isClientFault ? dashboardErrors.MALFORMED_REQUEST : dashboardErrors.INTERNAL_ERROR, detail: null }
}

/** Bull Board shows `error` as the headline of a toast and `message` below it. */
function answerBoard({ reply, errorCode, detail }: Readable & { readonly reply: FastifyReply }): FastifyReply {
  const { code, httpStatus, runbook = '', sentence } = errorCode
  return reply.code(httpStatus).send({ error: sentence, message: [detail, runbook].filter(Boolean).join(' '), code })
}

function answerWithPage({
  request,
  reply,
  errorCode,
  detail,
}: Readable & { readonly request: FastifyRequest; readonly reply: FastifyReply }): FastifyReply {
  const { code, httpStatus, runbook = null, sentence } = errorCode
  const words = detail === null ? sentence : `${sentence} ${detail}`
  const page = problemPage({ operator: request.operator, title: titleOf(httpStatus), words, advice: runbook, code, requestId: request.id })
  return reply.code(httpStatus).type('text/html; charset=utf-8').send(page)
}

function titleOf(status: number): string {
  if (status === 404) return 'Not found'
  if (status === 503) return 'Not available'
  return status >= 500 ? 'Something went wrong' : 'Refused'
}

function sendToLogin(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // From a link elsewhere browsers do not send our cookies, logged in or not. A page of our own that asks again does carry them.
  const path = ownPath(request.url)
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    const main = html`<p><a href="${path}">Go on</a></p>`
    const page = layout({ title: 'One moment', operator: null, main, refreshTo: path })
    return reply.code(200).type('text/html; charset=utf-8').send(page)
  }
  return reply.redirect(path === '/' ? '/login' : `/login?next=${encodeURIComponent(path)}`, 303)
}
