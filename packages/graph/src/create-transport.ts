// Every request to Graph goes through `send`, and nothing else in this package touches the client: a later `$batch` has one place to stand in.
// It authenticates, limits the time, renews the token once, and turns whatever comes back into a GraphAnswer. It never waits and never
// repeats for any other reason: the queue owns both. What it throws: the signal's reason when the caller stops, and a missing token as an
// engine word.
import { AuthenticationHandlerOptions, type Client, ResponseType } from '@microsoft/microsoft-graph-client'
import type { DirectoryCall } from '@rollcall/provisioning'
import type { Purpose } from './classification.ts'
import type { TokenSource } from './create-token-source.ts'
import { credentialError } from './credential-failure.ts'
import type { GraphAnswer } from './graph-answer.ts'
import { createGraphClient, uncarry } from './graph-client.ts'
import { findNetworkFailure } from './network-failure.ts'
import { parseJson, readRefusal } from './read-refusal.ts'

export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** The path with parameters in braces, such as `/users/{id}`; errors show it as it stands here. */
  readonly route: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  readonly purpose: Purpose
}

export type Send = (request: GraphRequest, call: DirectoryCall) => Promise<GraphAnswer>

interface TransportOptions {
  readonly baseUrl: string
  /** For the token and the exchange together. */
  readonly timeoutMs: number
  readonly tokens: TokenSource
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

export function createTransport({ baseUrl, timeoutMs, tokens, fetch, now }: TransportOptions): Send {
  const client = createGraphClient({ baseUrl, fetch })

  async function attempt(request: GraphRequest, call: DirectoryCall): Promise<{ token: string; answer: GraphAnswer }> {
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(timeoutMs)])
    const token = await tokens.get(signal).catch((error: unknown) => {
      call.signal.throwIfAborted()
      throw credentialError(error)
    })
    try {
      return { token, answer: await exchange({ client, request, token, signal, runUuid: call.runUuid, now: now() }) }
    } catch (error) {
      call.signal.throwIfAborted()
      return { token, answer: lossOf({ error: uncarry(error), request, timeoutMs }) }
    }
  }

  return async (request, call) => {
    call.signal.throwIfAborted()
    const first = await attempt(request, call)
    if (first.answer.kind !== 'refused' || first.answer.meaning !== 'unauthenticated') return first.answer
    // 401 means that nothing was done, so even a create may be sent again. Once: a second 401 is everybody's.
    tokens.refuse(first.token)
    return (await attempt(request, call)).answer
  }
}

interface Exchange {
  readonly client: Client
  readonly request: GraphRequest
  readonly token: string
  readonly signal: AbortSignal
  readonly runUuid: string
  readonly now: number
}

async function exchange({ client, request, token, signal, runUuid, now }: Exchange): Promise<GraphAnswer> {
  const builder = client
    .api(pathOf(request))
    .responseType(ResponseType.RAW)
    .middlewareOptions([new AuthenticationHandlerOptions({ getAccessToken: () => Promise.resolve(token) })])
    .header('client-request-id', runUuid)
    .options({ signal, redirect: 'manual' })
  const verbs = { GET: () => builder.get(), POST: () => builder.post(request.body), PATCH: () => builder.patch(request.body) }
  const response = asResponse(await verbs[request.method]())
  const where = whereOf({ request, requestId: response.headers.get('request-id') })
  const text = await response.text()
  if (response.ok) return { kind: 'success', status: response.status, body: parseJson(text), where }
  const { status, headers } = response
  return readRefusal({ purpose: request.purpose, status, retryAfter: headers.get('Retry-After'), text, where, now })
}

/** The client types its answers as anything; with ResponseType.RAW it hands over what fetch gave it. */
function asResponse(answer: unknown): Response {
  if (!(answer instanceof Response)) throw new TypeError('The Graph client did not hand over the raw response.')
  return answer
}

function lossOf({ error, request, timeoutMs }: { error: unknown; request: GraphRequest; timeoutMs: number }): GraphAnswer {
  const where = whereOf({ request, requestId: null })
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { kind: 'lost', mayHaveArrived: true, reason: `No answer within ${timeoutMs / 1_000} s`, where }
  }
  const failure = findNetworkFailure(error)
  if (failure === null) throw error
  return { kind: 'lost', mayHaveArrived: failure.mayHaveArrived, reason: `The connection failed with ${failure.code}`, where }
}

function pathOf({ route, params = {}, query = {} }: GraphRequest): string {
  const path = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return search.length === 0 ? path : `${path}?${search.join('&')}`
}

/** Method, route and request id, for errors: the id is Graph's own and lets its support find the call. */
function whereOf({ request, requestId }: { request: GraphRequest; requestId: string | null }): string {
  const call = `${request.method} ${request.route}`
  return requestId !== null && /^[\w-]{1,60}$/.test(requestId) ? `${call}, request-id ${requestId}` : call
}
