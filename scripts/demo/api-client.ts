// The demo's own, small view of the API: what an upstream system and an operator would call.
export interface ItemResult {
  readonly index: number
  readonly status: number
  readonly uuid?: string
  readonly problem?: { readonly code: string; readonly detail?: string; readonly errors?: readonly { path?: string; reason?: string }[] }
}

export interface GroupAnswer {
  readonly groupUuid: string
  readonly results: readonly ItemResult[]
}

export interface RunAnswer {
  readonly uuid: string
  readonly state: string
  readonly status: string
  readonly completion: 'full' | 'partial' | null
  readonly errorCode: string | null
  readonly resultObject: Readonly<Record<string, { readonly adopted?: boolean } | undefined>>
}

export interface GroupCounts {
  readonly total: number
  readonly counts: readonly {
    readonly state: string
    readonly status: string
    readonly completion: string | null
    readonly count: number
  }[]
}

export interface ApiClient {
  post(path: string, body: unknown): Promise<GroupAnswer>
  run(uuid: string): Promise<RunAnswer>
  group(uuid: string): Promise<GroupCounts>
}

export function createApiClient({ url, upstreamKey, readerKey }: { url: string; upstreamKey: string; readerKey: string }): ApiClient {
  async function call<Answer>(path: string, init: RequestInit, key: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
    const answer = await fetch(new URL(path, url), { ...init, headers, signal: AbortSignal.timeout(30_000) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${path} was answered ${answer.status}: ${text}`)
    return JSON.parse(text) as Answer
  }
  return {
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }, upstreamKey),
    run: (uuid) => call(`/azure-data-sync/${uuid}`, {}, readerKey),
    group: (uuid) => call(`/groups/${uuid}`, {}, readerKey),
  }
}
