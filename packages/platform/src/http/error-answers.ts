// Every way in which a request can end badly becomes a problem document here, and nothing that the caller sent becomes part of a log line.
import { CodedError, type ErrorCode } from '@rollcall/engine'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { httpErrors } from './http-errors.ts'
import { PROBLEM_MEDIA_TYPE, ProblemError, refusal } from './problem.ts'

/** The framework's own refusals, by its codes. */
const FRAMEWORK_ERRORS: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: httpErrors.BODY_TOO_LARGE,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: httpErrors.UNSUPPORTED_MEDIA_TYPE,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: httpErrors.MALFORMED_REQUEST,
  FST_ERR_BAD_URL: httpErrors.MALFORMED_REQUEST,
  FST_ERR_HANDLER_TIMEOUT: httpErrors.TIMED_OUT,
}

export const errorAnswers = fp(
  async (app: FastifyInstance) => {
    const served: { readonly method: string; readonly pattern: RegExp }[] = []
    app.addHook('onRoute', ({ method, url }) => {
      const pattern = new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+').replace(/\*$/, '.*')}$`)
      for (const one of [method].flat()) served.push({ method: one, pattern })
    })
    app.setErrorHandler(answerError)
    app.setNotFoundHandler((request, reply) => {
      const path = request.url.split('?', 1)[0] ?? ''
      const methods = [...new Set(served.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].sort()
      if (methods.length === 0) return answerError(refusal(httpErrors.NOT_FOUND), request, reply)
      const allow = methods.join(', ')
      const parts = { detail: `It serves ${allow}.` }
      return answerError(refusal(httpErrors.METHOD_NOT_ALLOWED, parts, { allow }), request, reply)
    })
  },
  { name: 'error-answers' },
)

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { problem, headers } = toProblemError(error)
  request.refusedAs = problem.code
  if (problem.status >= 500) request.log.error({ code: problem.code, err: error }, 'request failed')
  reply
    .code(problem.status)
    .headers(headers)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    // Serialised here: the document must not depend on what a route declares.
    .serializer((document: unknown) => JSON.stringify(document))
    .send({ ...problem, requestId: request.id })
}

function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof CodedError) return fromCodedError(error)
  const known = FRAMEWORK_ERRORS[frameworkCode(error)]
  if (known) return refusal(known)
  if (isClientFault(error)) return refusal(httpErrors.MALFORMED_REQUEST)
  return refusal(httpErrors.INTERNAL_ERROR)
}

/** A code that no request should end with says only that it was our fault. */
function fromCodedError({ errorCode, message }: CodedError): ProblemError {
  return errorCode.httpStatus === 500 ? refusal(httpErrors.INTERNAL_ERROR) : refusal(errorCode, { detail: message })
}

function frameworkCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function isClientFault(error: unknown): error is FastifyError {
  if (!(error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')) return false
  return error.statusCode >= 400 && error.statusCode < 500
}
