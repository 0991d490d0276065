// The adapter's other side for tests: the simulator over TLS on a clock that tests move, and a watch on everything that is sent to it.
// Trust: `tls.setDefaultCACertificates` adds the simulator's authority to this process's defaults, which both fetch and the Azure pipeline
// use. Vitest isolates test files, so no other file is affected and no child process is needed.
import tls from 'node:tls'
import type { AccountToCreate } from '@rollcall/provisioning'
import { accountToCreate, directoryCall } from '@rollcall/provisioning/testing'
import {
  createGraphSimulator,
  type GraphSimulator,
  type GraphSimulatorOptions,
  SIMULATED_CLIENT_ID,
  SIMULATED_CLIENT_SECRET,
  SIMULATED_DOMAIN,
  SIMULATED_TENANT_ID,
} from '@rollcall/simulators'
import { createGraphDirectory, type GraphDirectory } from '../create-graph-directory.ts'
import { GraphConfig } from '../graph-config.ts'

export interface SentRequest {
  readonly method: string
  /** Below /v1.0, with its query. */
  readonly path: string
  readonly headers: Headers
  readonly body: unknown
  readonly signal: AbortSignal | null
}

export interface GraphUnderTest {
  readonly simulator: GraphSimulator
  readonly clock: { now(): number; advance(ms: number): void }
  /** Everything that directories made here have sent to Graph, oldest first; token requests do not count. */
  readonly sent: SentRequest[]
  /** A configuration that fits the simulator. */
  config(overrides?: Readonly<Record<string, string>>): GraphConfig
  /** A new directory, with empty memories of its own. */
  directory(overrides?: Readonly<Record<string, string>>): GraphDirectory
  upn(username: string): string
  /** Empties the tenant but for school S-1 and its class C-1, without lag, and forgets what was sent. */
  reset(): void
  /** @returns the azureId. @throws Error where the directory answers anything but `created` */
  createAccount(directory?: GraphDirectory, account?: AccountToCreate): Promise<string>
  /** How many requests the simulator has seen, by route. */
  callsTo(route: string): number
}

export async function startGraph(options: GraphSimulatorOptions = {}): Promise<GraphUnderTest> {
  const clock = createClock()
  const simulator = await createGraphSimulator({ clock, ...options })
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.ca])
  const url = await simulator.start()
  const sent: SentRequest[] = []
  const watch: typeof globalThis.fetch = (input, init) => {
    sent.push(describe(input, init))
    return globalThis.fetch(input, init)
  }
  const config = (overrides: Readonly<Record<string, string>> = {}) =>
    GraphConfig.parse({
      GRAPH_TENANT_ID: SIMULATED_TENANT_ID,
      GRAPH_CLIENT_ID: SIMULATED_CLIENT_ID,
      GRAPH_CLIENT_SECRET: SIMULATED_CLIENT_SECRET,
      GRAPH_BASE_URL: url,
      GRAPH_AUTHORITY_HOST: url,
      GRAPH_DOMAIN: SIMULATED_DOMAIN,
      ...overrides,
    })
  const directory: GraphUnderTest['directory'] = (overrides) => createGraphDirectory(config(overrides), { fetch: watch, now: clock.now })
  return {
    simulator,
    clock,
    sent,
    config,
    directory,
    upn: (username) => `${username}@${SIMULATED_DOMAIN}`,
    reset() {
      simulator.reset()
      simulator.setLag({ minMs: 0, maxMs: 0 })
      simulator.seed({ schools: [{ externalId: 'S-1' }], classes: [{ externalId: 'C-1', schoolExternalId: 'S-1' }] })
      sent.length = 0
    },
    async createAccount(into = directory(), account = accountToCreate('student')) {
      const answer = await into.createAccount(account, directoryCall())
      if (answer.kind !== 'created') throw new Error(`Expected a created account, got ${answer.kind}.`)
      return answer.azureId
    },
    callsTo: (route) => simulator.counters().byRoute[route] ?? 0,
  }
}

function describe(input: string | URL | Request, init: RequestInit | undefined): SentRequest {
  const url = new URL(input instanceof Request ? input.url : input)
  return {
    method: init?.method ?? 'GET',
    path: `${url.pathname}${url.search}`.replace('/v1.0', ''),
    headers: new Headers(init?.headers),
    body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
    signal: init?.signal ?? null,
  }
}

function createClock() {
  let now = Date.now()
  const sleepers: { readonly until: number; readonly wake: () => void }[] = []
  return {
    now: () => now,
    advance(ms: number) {
      now += ms
      for (const sleeper of sleepers.filter(({ until }) => until <= now)) sleeper.wake()
    },
    sleep(ms: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      sleepers.push({ until: now + ms, wake: resolve })
      return promise
    },
  }
}
