// Redis as production runs it, on loopback: a Cluster of three masters, and a master with a replica that a Sentinel watches.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { type RedisServer, startRedisServer } from '../redis-server/index.ts'

const SLOTS = 16_384
const MASTER_NAME = 'rollcall'
const AGREE_WITHIN_MS = 15_000

export interface RedisTopology {
  /** For REDIS_URL. */
  readonly url: string
  readonly servers: readonly RedisServer[]
  stop(): Promise<void>
}

/** Three masters, each with a third of the slots. */
export async function startRedisCluster(): Promise<RedisTopology> {
  const { dir, servers, start, stop } = await openTopology()
  for (let node = 0; node < 3; node += 1) {
    const settings = ['--cluster-enabled', 'yes', '--cluster-config-file', `node-${node}.conf`, '--cluster-node-timeout', '2000']
    await start({ dir, port: 0, persistent: false, settings: [...settings, '--cluster-port', String(await busPort())] })
  }
  const clients = servers.map(({ port }) => new Redis(port, '127.0.0.1'))
  try {
    await Promise.all(clients.map((client, node) => client.cluster('ADDSLOTSRANGE', firstSlot(node), firstSlot(node + 1) - 1)))
    const buses = await Promise.all(clients.map(async (client) => /@(\d+)/.exec(String(await client.cluster('NODES')))?.[1] ?? ''))
    for (const [node, { port }] of servers.entries()) {
      if (node > 0) await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', String(port), buses[node] ?? '')
    }
    await until('the Cluster agrees', async () => {
      const infos = await Promise.all(clients.map((client) => client.cluster('INFO')))
      return infos.every((info) => String(info).includes('cluster_state:ok') && String(info).includes('cluster_known_nodes:3'))
    })
  } finally {
    for (const client of clients) client.disconnect()
  }
  return { url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, servers, stop }
}

export interface WatchedRedis extends RedisTopology {
  /** Kills the master; the Sentinel makes the replica the new one. */
  failOver(): Promise<void>
}

/** A master, its replica and one Sentinel, which alone decides when the master is gone. */
export async function startWatchedRedis(): Promise<WatchedRedis> {
  const { dir, servers, start, stop } = await openTopology()
  const master = await start({ dir, port: 0, persistent: false })
  const replica = await start({ dir, port: 0, persistent: false, settings: ['--replicaof', '127.0.0.1', String(master.port)] })
  const sentinelFile = join(dir, 'sentinel.conf')
  await writeFile(
    sentinelFile,
    [
      `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
      `sentinel failover-timeout ${MASTER_NAME} 5000`,
      '',
    ].join('\n'),
  )
  const sentinel = await start({ dir, port: 0, sentinelFile })
  const client = new Redis(sentinel.port, '127.0.0.1')
  const ask = async (...words: [string, ...string[]]) => JSON.stringify(await client.call('SENTINEL', ...words))
  await until('the Sentinel knows the replica', async () => {
    const [replicas, link] = await Promise.all([ask('replicas', MASTER_NAME), ask('master', MASTER_NAME)])
    return replicas.includes(String(replica.port)) && replicas.includes('"ok"') && link.includes('"num-slaves","1"')
  })
  return {
    url: `redis+sentinel://127.0.0.1:${sentinel.port}/${MASTER_NAME}`,
    servers,
    async failOver() {
      await master.kill()
      await until('the replica is master', async () => (await ask('get-master-addr-by-name', MASTER_NAME)).includes(String(replica.port)))
    },
    async stop() {
      client.disconnect()
      await stop()
    },
  }
}

async function openTopology() {
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-redis-'))
  const servers: RedisServer[] = []
  return {
    dir,
    servers,
    async start(options: Parameters<typeof startRedisServer>[0]): Promise<RedisServer> {
      const server = await startRedisServer(options)
      servers.push(server)
      return server
    },
    async stop() {
      await Promise.all(servers.map((server) => server.kill()))
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function firstSlot(node: number): number {
  return Math.floor((SLOTS * node) / 3)
}

/** The bus's own port is the client's plus 10,000, which may be too high or taken. */
async function busPort(): Promise<number> {
  const server = await startRedisServer({ dir: tmpdir(), port: 0, persistent: false })
  await server.kill()
  return server.port
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + AGREE_WITHIN_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Waited ${AGREE_WITHIN_MS / 1_000} s in vain until ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
