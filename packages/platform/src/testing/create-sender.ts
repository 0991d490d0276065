// Asks a server of ours as somebody with a key would, without a port: what is sent is JSON unless it is a string, what comes back is read as
// JSON where it is.
import type { HttpApp } from '../http/http-app.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  // The tests read many shapes of answers; each asserts the one that it expects.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
}

export interface Sending<Role extends string> {
  /** Whose key is sent; null: none. @defaultValue the one who usually asks this */
  readonly as?: Role | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: string
  /** A string is sent as it is, anything else as JSON; undefined: none. */
  readonly body?: unknown
}

export type Send<Role extends string> = (asked: Asked, sending?: Sending<Role>) => Promise<Answer>

export function createSender<Role extends string>({
  app,
  keys,
  usually,
}: {
  readonly app: HttpApp
  readonly keys: Readonly<Record<Role, string>>
  /** Whose key is sent where the test does not say. */
  readonly usually: (asked: Asked) => Role
}): Send<Role> {
  return async (asked, { as = usually(asked), headers = {} } = {}) => {
    const { method, path, body } = asked
    const payload = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await app.inject({
      method,
      url: path,
      headers: {
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...(as !== null && { authorization: `Bearer ${keys[as]}` }),
        ...headers,
      },
      ...(payload !== undefined && { payload }),
    })
    return { status: answer.statusCode, headers: answer.headers, body: parsed(answer.body) }
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
