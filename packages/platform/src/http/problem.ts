// RFC 9457 problem documents: the one form in which this API says no.
import type { ErrorCode } from '@rollcall/engine'
import { z } from 'zod'
import { InvalidField } from './invalid-fields.ts'

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8'

/** A body of two megabytes can hold a great many mistakes. */
const MOST_ERRORS = 1_000
/** What a caller should wait before it asks again, in seconds. */
const RETRY_AFTER_S = 5

export const Problem = z
  .object({
    type: z.string().meta({ description: 'One URI per code.', examples: ['urn:rollcall:problem:account-exists'] }),
    title: z.string().meta({ description: "The code's sentence.", examples: ['This person has a live account already.'] }),
    status: z.int().meta({ examples: [409] }),
    detail: z.string().meta({ description: 'What is wrong with this very request.' }),
    code: z.string().meta({ description: 'For programs.', examples: ['ACCOUNT_EXISTS'] }),
    requestId: z.string().optional().meta({ description: 'As in the X-Request-Id header and in our log.' }),
    errors: z.array(InvalidField).optional().meta({ description: 'Every field that is wrong, up to 1,000.' }),
    errorsOmitted: z.int().optional().meta({ description: 'How many more there are.' }),
    row: z.int().optional().meta({ description: 'The row of the file that is to blame, as Excel counts: the header is row 1.' }),
    uuid: z.string().optional().meta({ description: 'The run that stands in the way.' }),
    count: z.int().optional().meta({ description: 'How many there are now.' }),
    sysUserId: z.string().optional().meta({ description: 'The live account that stands in the way.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document.' })
export type Problem = z.infer<typeof Problem>

interface ProblemParts {
  readonly detail?: string
  readonly errors?: readonly InvalidField[]
  /** How many more there are than `errors` holds. */
  readonly omitted?: number
  readonly row?: number
  readonly uuid?: string
  readonly sysUserId?: string
  readonly count?: number
}

export function problemOf({ code, sentence, httpStatus }: ErrorCode, { detail, errors, omitted = 0, ...ids }: ProblemParts = {}): Problem {
  const total = errors ? errors.length + omitted : 0
  const listed = errors?.slice(0, MOST_ERRORS)
  return {
    type: `urn:rollcall:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: sentence,
    status: httpStatus,
    detail: detail ?? (errors ? countOf(total) : sentence),
    code,
    ...(listed && { errors: listed }),
    ...(listed && total > listed.length && { errorsOmitted: total - listed.length }),
    ...ids,
  }
}

function countOf(errors: number): string {
  return errors === 1 ? 'One field is wrong.' : `${errors.toLocaleString('en')} fields are wrong.`
}

/** Thrown to end a request with a problem document. */
export class ProblemError extends Error {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(`${problem.code}: ${problem.title}`)
    this.name = new.target.name
    this.problem = problem
    this.headers = { ...(problem.status === 503 && { 'retry-after': String(RETRY_AFTER_S) }), ...headers }
  }
}

/** The error to throw for a code: `throw refusal(httpErrors.NOT_FOUND)`. */
export function refusal(errorCode: ErrorCode, parts?: ProblemParts, headers?: Readonly<Record<string, string>>): ProblemError {
  return new ProblemError(problemOf(errorCode, parts), headers)
}
