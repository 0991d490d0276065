import type { DirectoryCall } from '@rollcall/provisioning'
import type { Purpose } from './classification.ts'
import type { GraphAnswer } from './graph-answer.ts'

export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** The path with parameters in braces, such as `/users/{id}`; errors show it as it stands here. */
  readonly route: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  readonly purpose: Purpose
  /** What it changes, where Graph is known to refuse two changes at once: no two requests of a batch name the same. */
  readonly changes?: string
}

/** Throws the signal's reason when the caller stops, and a missing token as an engine word; everything else is an answer. */
export type Send = (request: GraphRequest, call: DirectoryCall) => Promise<GraphAnswer>

/** Below /v1.0, encoded, with its query. */
export function pathOf({ route, params = {}, query = {} }: GraphRequest): string {
  const path = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return search.length === 0 ? path : `${path}?${search.join('&')}`
}

/** Method, route and request id, for errors: the id is Graph's own and lets its support find the call. */
export function whereOf({ request, requestId }: { readonly request: GraphRequest; readonly requestId: string | null }): string {
  const call = `${request.method} ${request.route}`
  return requestId !== null && /^[\w-]{1,60}$/.test(requestId) ? `${call}, request-id ${requestId}` : call
}
