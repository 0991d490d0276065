import { STATUS_CODES } from 'node:http'
import { Problem } from './problem.ts'

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 415 | 422 | 428 | 503

interface ProblemResponse {
  readonly description: string
  readonly content: { readonly 'application/problem+json': { readonly schema: typeof Problem } }
}

/** What every route that asks for a key may answer. */
const WITH_KEY = [401, 403, 503] as const satisfies readonly ProblemStatus[]
/** What every route that reads a body may answer besides. */
const WITH_BODY = [400, 413, 415, 422] as const satisfies readonly ProblemStatus[]

/** The refusals of a route, for its OpenAPI description. */
export function problemResponses<Status extends ProblemStatus>(...statuses: readonly Status[]): Record<Status, ProblemResponse> {
  const rows = statuses.map((status) => [status, responseOf(status)])
  return Object.fromEntries(rows)
}

export const keyProblems = problemResponses(...WITH_KEY)
export const bodyProblems = problemResponses(...WITH_BODY)

function responseOf(status: ProblemStatus): ProblemResponse {
  return { description: STATUS_CODES[status] ?? 'Refused', content: { 'application/problem+json': { schema: Problem } } }
}
