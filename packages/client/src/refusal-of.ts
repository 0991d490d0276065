import { ApiError, ApiUnreachableError, type Problem } from './api-error.ts'

const PROBLEM = /^application\/problem\+json\b/

/** What an answer other than 2xx means: the API's own refusal, or that of something in between. */
export async function refusalOf({ response, url }: { readonly response: Response; readonly url: string }): Promise<Error> {
  const { status } = response
  const isProblem = PROBLEM.test(response.headers.get('content-type') ?? '')
  // Broken JSON is quoted by its error; whoever wrote it is not our API.
  const body: unknown = isProblem ? await response.json().catch(() => null) : null
  if (looksLikeProblem(body)) return new ApiError(body)
  return new ApiUnreachableError({ url, why: `answered ${status} without a problem document; something in between may have spoken` })
}

/** Our API alone writes this media type, and its tests hold it to the schema; this looks at what every reader relies on. */
function looksLikeProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false
  const { status, code, title, detail } = body as Partial<Record<keyof Problem, unknown>>
  return typeof status === 'number' && [code, title, detail].every((text) => typeof text === 'string')
}
