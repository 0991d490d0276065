// What the supervisor, the load balancer and Prometheus ask a worker: is the process alive, can it work, what has it counted.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import { bindPort } from '../bind-port.ts'
import { summarizeError } from '../serialize-error.ts'
import { within } from '../within.ts'

const CHECK_MS = 2_000

export interface HealthServerOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** The setting that the port comes from, for the error. */
  readonly portSetting: string
  readonly registry: Registry
  /** What the app cannot work without: each rejects while it is away. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>
  /** True from the moment the app begins to stop. */
  readonly isStopping: () => boolean
  /** How long a check may take. @defaultValue 2 s */
  readonly checkMs?: number
}

export interface HealthServer {
  readonly url: string
  close(): Promise<void>
}

/** @throws CodedError PORT_TAKEN */
export async function startHealthServer({
  host,
  port,
  portSetting,
  registry,
  checks,
  isStopping,
  checkMs = CHECK_MS,
}: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, 500, { error: summarizeError(error) }))
  })
  await bindPort({ host, port, portSetting, listen: () => once(server.listen(port, host), 'listening') })
  const address = server.address()
  const boundPort = typeof address === 'object' && address !== null ? address.port : port

  async function answer({ method, url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') return send(response, 405, { error: 'Only GET is answered here.' })
    switch (url.split('?', 1)[0]) {
      case '/health/live':
        return send(response, 200, { status: 'live' })
      case '/health/ready':
        return answerReady(response)
      case '/metrics':
        response.writeHead(200, { 'content-type': registry.contentType })
        response.end(await registry.metrics())
        return
      default:
        return send(response, 404, { error: 'Known are /health/live, /health/ready and /metrics.' })
    }
  }

  async function answerReady(response: ServerResponse): Promise<void> {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf({ name, check, checkMs })] as const),
    )
    const isReady = !isStopping() && results.every(([, outcome]) => outcome === 'ok')
    send(response, isReady ? 200 : 503, {
      status: isStopping() ? 'stopping' : isReady ? 'ready' : 'unavailable',
      checks: Object.fromEntries(results),
    })
  }

  return {
    url: `http://${host}:${boundPort}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function outcomeOf({
  name,
  check,
  checkMs,
}: {
  readonly name: string
  readonly check: () => Promise<unknown>
  readonly checkMs: number
}): Promise<string> {
  try {
    await within(checkMs, name, check())
    return 'ok'
  } catch (error) {
    return summarizeError(error)
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
