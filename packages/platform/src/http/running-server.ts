// The last steps of an app that serves HTTP: its port, and from then on its end. What must always hold: an end waits for the requests under
// way, though not for ever; whatever was opened is closed once, in the opposite order.
import type { AddressInfo } from 'node:net'
import { bindPort } from '../bind-port.ts'
import type { Logger } from '../create-logger.ts'
import type { RunningApp } from '../run-main.ts'
import { within } from '../within.ts'
import type { HttpApp } from './http-app.ts'

/** Requests under way may take as long as a request may take at all. */
const CLOSE_MS = 12_000

export interface RunningServer extends RunningApp {
  readonly url: string
}

/** @param opened takes the end of the server @returns its address @throws CodedError PORT_TAKEN, which names the setting to change */
export async function listen({
  app,
  host,
  opened,
  port,
  portSetting,
}: {
  readonly app: Pick<HttpApp, 'close' | 'listen' | 'server'>
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Where the port comes from, e.g. `API_PORT`. */
  readonly portSetting: string
  readonly opened: AsyncDisposableStack
}): Promise<string> {
  opened.defer(() => within(CLOSE_MS, 'requests under way', app.close()))
  await bindPort({ host, port, portSetting, listen: () => app.listen({ host, port }) })
  return `http://${host}:${boundPort(app)}`
}

/** From here on, what was opened stays open until the app is stopped. */
export function runningServer({
  logger,
  opened,
  url,
}: {
  readonly url: string
  readonly opened: AsyncDisposableStack
  readonly logger: Logger
}): RunningServer {
  const closing = opened.move()
  return {
    url,
    async stop() {
      await closing.disposeAsync()
      logger.info('stopped')
      return { jobsLeft: 0 }
    },
  }
}

/** It listens on a port, never on a socket file, so that its address is one. */
function boundPort(app: Pick<HttpApp, 'server'>): number {
  return (app.server.address() as AddressInfo).port
}
