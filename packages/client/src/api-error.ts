import type { components } from './generated/schema.ts'

export type Problem = components['schemas']['Problem']
export type InvalidField = NonNullable<Problem['errors']>[number]

/** The API said no: a problem document (RFC 9457) as an error. */
export class ApiError extends Error {
  readonly status: number
  /** For programs, e.g. RUN_NOT_FOUND. */
  readonly code: string
  readonly title: string
  readonly detail: string
  /** Every field that is wrong; empty where no field is. */
  readonly errors: readonly InvalidField[]
  /** All that the document says, the run that stands in the way included. */
  readonly problem: Problem

  constructor(problem: Problem) {
    const { code, detail, errors = [], status, title } = problem
    // A detail may repeat the sentence and go on from there.
    super(detail.startsWith(title) ? detail : `${title} ${detail}`)
    this.name = new.target.name
    this.status = status
    this.code = code
    this.title = title
    this.detail = detail
    this.errors = errors
    this.problem = problem
  }
}

/** No answer of the API: nobody listens there, it took too long, or something else answered. */
export class ApiUnreachableError extends Error {
  readonly url: string
  constructor({ url, why, cause }: { readonly url: string; readonly why: string; readonly cause?: unknown }) {
    super(`The API at ${url} ${why}.`, { cause })
    this.name = new.target.name
    this.url = url
  }
}
