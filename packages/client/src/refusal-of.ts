import { ApiError, ApiUnreachableError, type Problem } from './api-error.ts'

const PROBLEM = /^application\/problem\+json\b/

/** What an answer other than 2xx means: the API's own refusal, or that of something in between. */
export async function refusalOf({ response, url }: { readonly response: Response; readonly url: string }): Promise<Error> {
  const { status } = response
  if (!PROBLEM.test(response.headers.get('content-type') ?? ''))
    return new ApiUnreachableError({ url, why: `answered ${status} without a problem document; something in between may have spoken` })
  return new ApiError(problemOf(await response.json()))
}

/** Our API alone writes this media type, and its tests hold it to the schema. */
function problemOf(body: unknown): Problem {
  return body as Problem
}
