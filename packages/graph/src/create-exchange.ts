// One HTTP request and its whole answer, by the official client. Nothing else in this package touches the client.
import { AuthenticationHandlerOptions, ResponseType } from '@microsoft/microsoft-graph-client'
import { createGraphClient, uncarry } from './graph-client.ts'
import { parseJson } from './read-refusal.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Below /v1.0, encoded, with its query. */
  readonly path: string
  readonly body?: object | undefined
  readonly token: string
  /** Sent as client-request-id. */
  readonly correlationId: string
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly ok: boolean
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; undefined where there is none. */
  readonly body: unknown
}

/** Throws what fetch throws. */
export type Exchange = (request: HttpRequest) => Promise<HttpAnswer>

interface ExchangeOptions {
  readonly baseUrl: string
  readonly fetch: typeof globalThis.fetch
}

export function createExchange(options: ExchangeOptions): Exchange {
  const client = createGraphClient(options)
  return async ({ method, path, body, token, correlationId, signal }) => {
    const builder = client
      .api(path)
      .responseType(ResponseType.RAW)
      .middlewareOptions([new AuthenticationHandlerOptions({ getAccessToken: () => Promise.resolve(token) })])
      .header('client-request-id', correlationId)
      .options({ signal, redirect: 'manual' })
    const verbs = { GET: () => builder.get(), POST: () => builder.post(body), PATCH: () => builder.patch(body) }
    try {
      const response = asResponse(await verbs[method]())
      return { ok: response.ok, status: response.status, headers: response.headers, body: parseJson(await response.text()) }
    } catch (error) {
      throw uncarry(error)
    }
  }
}

/** The client types its answers as anything; with ResponseType.RAW it hands over what fetch gave it. */
function asResponse(answer: unknown): Response {
  if (!(answer instanceof Response)) throw new TypeError('The Graph client did not hand over the raw response.')
  return answer
}
