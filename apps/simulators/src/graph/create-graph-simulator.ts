/*
 * A Microsoft Graph tenant on loopback, over TLS, with its own authority.
 * `stop` and `start` again is an outage: same port, same tenant, nothing lost. `close` ends it for good.
 */
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { type CertificateBundle, createCertificates, ensureCertificates } from '../certificates.ts'
import { createAdmin, type GraphAdmin } from './admin/create-admin.ts'
import { createGraphApp } from './create-graph-app.ts'
import { createGraphCore, type GraphCore, type GraphCoreOptions } from './create-graph-core.ts'
import { createStateFile, type StateFile } from './state-file.ts'

export interface GraphSimulatorOptions extends Omit<GraphCoreOptions, 'onWrite'> {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Where the certificates lie and are reused; default: made anew, in memory. */
  readonly certificateDirectory?: string
  /** Where the tenant is kept between runs; default: nowhere. */
  readonly stateFile?: string
}

export interface GraphSimulator extends GraphAdmin {
  /** `https://localhost:<port>`: the Graph base is `${url}/v1.0`, the authority host is `url` itself. Throws before `start`. */
  readonly url: string
  /** PEM of the authority, for NODE_EXTRA_CA_CERTS or a client's `ca`. */
  readonly ca: string
  readonly tenantId: string
  /** Calls without a socket, for tests. */
  readonly inject: FastifyInstance['inject']
  /** Listens and returns the url. */
  start(): Promise<string>
  /** Stops listening and cuts every connection; the tenant stays. */
  stop(): Promise<void>
  /** Stops for good, having saved the state. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function createGraphSimulator(options: GraphSimulatorOptions = {}): Promise<GraphSimulator> {
  const { host = '127.0.0.1', certificateDirectory, stateFile: path } = options
  const certificates =
    certificateDirectory === undefined ? await createCertificates() : await ensureCertificates({ directory: certificateDirectory })
  let stateFile: StateFile | undefined
  const core: GraphCore = createGraphCore({ ...options, onWrite: () => stateFile?.touch() })
  if (path !== undefined) {
    const file = createStateFile({ path, directory: () => core.directory })
    await file.load()
    stateFile = file
  }
  const app = createGraphApp(core)
  await app.ready()
  let server: Server | undefined
  let port = options.port ?? 0

  const stop = async () => {
    const running = server
    server = undefined
    if (running !== undefined) await closeServer(running)
  }
  const close = async () => {
    await stop()
    await app.close()
    await stateFile?.flush()
  }
  return {
    ...createAdmin(core),
    get url() {
      if (port === 0) throw new Error('The Graph simulator has no url yet: call start() first.')
      return `https://localhost:${port}`
    },
    ca: certificates.ca,
    tenantId: core.tenantId,
    inject: app.inject.bind(app),
    async start() {
      if (server !== undefined) throw new Error(`The Graph simulator already listens on port ${port}.`)
      const starting = listen({ app, certificates, host, port })
      server = await starting
      port = portOf(server)
      return `https://localhost:${port}`
    },
    stop,
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function listen(at: { app: FastifyInstance; certificates: CertificateBundle; host: string; port: number }): Promise<Server> {
  const { app, certificates, host, port } = at
  const server = createServer({ key: certificates.key, cert: certificates.certificate }, (request, response) =>
    app.routing(request, response),
  )
  server.keepAliveTimeout = 65_000
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port }, resolve)
  await promise
  server.off('error', reject)
  return server
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.close((error) => (error === undefined ? resolve() : reject(error)))
  server.closeAllConnections()
  await promise
}

/** The address of a listening TCP server is never a pipe's name nor null. */
function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
