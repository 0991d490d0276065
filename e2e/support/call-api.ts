export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  // The tests read many shapes of answers; each asserts the one that it expects.
  readonly body: Readonly<Record<string, unknown>>
}

export interface ApiCaller {
  get(path: string): Promise<ApiAnswer>
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
}

export function createApiCaller({ url, key }: { readonly url: string; readonly key: string }): ApiCaller {
  async function call(path: string, init: RequestInit): Promise<ApiAnswer> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers }
    const answer = await fetch(new URL(path, url), { ...init, headers, signal: AbortSignal.timeout(30_000) })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }
  }
  return {
    get: (path) => call(path, {}),
    post: (path, body, headers = {}) => call(path, { method: 'POST', body: JSON.stringify(body), headers }),
  }
}
