export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  // The tests read many shapes of answers; each asserts the one that it expects.
  readonly body: Readonly<Record<string, unknown>>
}

export interface ApiCaller {
  get(path: string): Promise<ApiAnswer>
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
  patch(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
  put(path: string, body: unknown): Promise<ApiAnswer>
  /** With the key, and nothing else: for what is not JSON. */
  send(path: string, init?: RequestInit): Promise<Response>
  /** The same caller, to another process of the API. */
  at(url: string): ApiCaller
}

export function createApiCaller({ url, key }: { readonly url: string; readonly key: string }): ApiCaller {
  const send = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, url), {
      ...init,
      headers: { authorization: `Bearer ${key}`, ...init.headers },
      signal: init.signal ?? AbortSignal.timeout(30_000),
    })

  async function call(path: string, init: RequestInit): Promise<ApiAnswer> {
    const answer = await send(path, { ...init, headers: { 'content-type': 'application/json', ...init.headers } })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }
  }
  return {
    send,
    at: (elsewhere) => createApiCaller({ url: elsewhere, key }),
    get: (path) => call(path, {}),
    post: (path, body, headers = {}) => call(path, { method: 'POST', body: JSON.stringify(body), headers }),
    patch: (path, body, headers = {}) => call(path, { method: 'PATCH', body: JSON.stringify(body), headers }),
    put: (path, body) => call(path, { method: 'PUT', body: JSON.stringify(body) }),
  }
}
