// The API as typed functions: paths, parameters, bodies and answers are those of packages/client/openapi.json. What must always hold: whatever
// is returned is an answer that the document lists as a success; every other one is thrown as ApiError, and the lack of one as
// ApiUnreachableError.
import createFetchClient, { type Client, type ClientPathsWithMethod, type MaybeOptionalInit, type MethodResponse } from 'openapi-fetch'
import { ApiUnreachableError } from './api-error.ts'
import type { paths } from './generated/schema.ts'
import { refusalOf } from './refusal-of.ts'

export interface ClientSettings {
  /** e.g. `http://127.0.0.1:5000` */
  readonly url: string
  readonly apiKey: string
  /** Node's own, or one that watches the traffic. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** How long one request may take, to the first byte of its answer. @defaultValue 30 s */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 30_000

type Method = 'get' | 'post' | 'patch' | 'delete'
type PathsOf<M extends Method> = ClientPathsWithMethod<Client<paths>, M>
/** Left out where nothing is required. */
type Given<Init> = Record<string, never> extends Init ? [init?: Init] : [init: Init]

export type Call<M extends Method> = <Path extends PathsOf<M>, Init extends MaybeOptionalInit<paths[Path], M>>(
  path: Path,
  ...init: Given<Init>
) => Promise<MethodResponse<Client<paths>, M, Path, Init>>

export interface ApiClient {
  readonly get: Call<'get'>
  readonly post: Call<'post'>
  readonly patch: Call<'patch'>
  readonly delete: Call<'delete'>
}

export function createClient({ url, apiKey, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: ClientSettings): ApiClient {
  const client = createFetchClient<paths>({
    baseUrl: url,
    headers: { authorization: `Bearer ${apiKey}` },
    fetch: (request) => fetch(new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]) })),
  })
  client.use({
    async onResponse({ response, options }) {
      if (!response.ok || options.parseAs !== 'json' || isJson(response)) return
      throw new ApiUnreachableError({ url, why: `answered ${response.headers.get('content-type') ?? 'no type'}, not JSON` })
    },
    onError({ error, request }) {
      // Whoever broke the request off knows why.
      if (request.signal.aborted) return
      return new ApiUnreachableError({ url, why: reasonOf(error, timeoutMs), cause: error })
    },
  })
  client.use({
    async onResponse({ response }) {
      if (!response.ok) throw await refusalOf({ response, url })
    },
  })
  return dataOnly(client)
}

/** What is left of an answer once every refusal has been thrown: its data. */
function dataOnly(client: Client<paths>): ApiClient {
  const only =
    (call: (path: never, init: never) => Promise<{ readonly data?: unknown }>) =>
    async (path: unknown, init?: unknown): Promise<unknown> =>
      (await call(path as never, init as never)).data
  return { get: only(client.GET), post: only(client.POST), patch: only(client.PATCH), delete: only(client.DELETE) } as ApiClient
}

function isJson(response: Response): boolean {
  return response.status === 204 || /^application\/json\b/.test(response.headers.get('content-type') ?? '')
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `did not answer within ${timeoutMs / 1_000} s`
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null
  return code === null ? 'cannot be reached' : `cannot be reached (${code})`
}
