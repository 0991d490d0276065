import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Heard {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Said {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown
}

/** What the service does with a request; `silence` is no answer at all. */
export type Script = (heard: Heard, number: number) => Said | 'hangUp' | 'silence'

export interface ScriptedService {
  readonly url: string
  readonly heard: readonly Heard[]
  script: Script
  close(): Promise<void>
}

/** A service over real HTTP that says what a test tells it to. */
export async function startScriptedService(): Promise<ScriptedService> {
  const heard: Heard[] = []
  const server = createServer(async (request, response) => {
    const one = { method: request.method, path: request.url, headers: request.headers, body: await text(request) }
    heard.push(one)
    const said = service.script(one, heard.length)
    if (said === 'silence') return
    if (said === 'hangUp') return void request.socket.destroy()
    const { body = '', headers = {}, status = 200 } = said
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const service: ScriptedService = {
    url: `http://127.0.0.1:${port}`,
    heard,
    script: () => ({ status: 500 }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return service
}
