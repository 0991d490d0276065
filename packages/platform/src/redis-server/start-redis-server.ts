// A redis-server of our own on loopback: the embedded default, and the one that tests get.
// What must always hold: it listens on 127.0.0.1 only; it ends when whoever started it ends, however that ended.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { findRedisServer } from './find-redis-server.ts'
import { PORTS_TO_LISTEN_ON } from './ports-to-listen-on.ts'
import type { RedisBinary } from './redis-binary.ts'

const HOST = '127.0.0.1'
/** It reads its whole append-only file before it answers. */
const START_MS = 60_000
/** Longer than writing out the append-only file takes. */
const STOP_MS = 10_000
const FREE_PORT_TRIES = 5
const READY = /eady to accept connections|Sentinel ID is/

export interface RedisServer {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly version: string
  /** Lets it write what it has not yet written, then ends it. A second call changes nothing. */
  stop(): Promise<void>
  /** As a crash would end it. */
  kill(): Promise<void>
}

export interface StartRedisOptions {
  /** Where it keeps its data; made if missing. */
  readonly dir: string
  /** 0: any free one, which another start may name. */
  readonly port: number
  /** Whether it writes to disk what it holds. @defaultValue true */
  readonly persistent?: boolean
  /** Further settings, as on redis-server's command line: a replica, a node of a Cluster. */
  readonly settings?: readonly string[]
  /** Makes it a Sentinel, which keeps what it learns in this file. */
  readonly sentinelFile?: string
  /** @defaultValue `.cache/redis` of this checkout */
  readonly cacheDir?: string
}

// The shell becomes Redis, so that the pid is Redis's own; what it leaves behind waits for our end of the pipe to close, which happens in
// any case when we end, and takes Redis along. A line through the pipe says that there is nothing left to take along.
const UNTIL_PIPE_CLOSES = 'exec 3<&0; { read -r _ <&3 || kill "$$"; } >/dev/null 2>&1 & exec "$@" </dev/null 3<&-'

/** @throws Error where the port is taken, the folder cannot be written, or no Redis can be found */
export async function startRedisServer({
  dir,
  port,
  persistent = true,
  settings = [],
  sentinelFile,
  cacheDir,
}: StartRedisOptions): Promise<RedisServer> {
  const binary = await findRedisServer(cacheDir === undefined ? {} : { cacheDir })
  const folder = resolve(dir)
  await mkdir(folder, { recursive: true })
  const argumentsOn = (at: number) =>
    sentinelFile === undefined
      ? [...placeOf({ folder, port: at }), ...storageOf(persistent), ...settings]
      : [resolve(sentinelFile), '--sentinel', ...placeOf({ folder, port: at }), ...settings]
  if (port !== 0) return launch({ binary, port, given: argumentsOn(port) })
  for (let tries = 1; ; tries += 1) {
    try {
      const free = randomInt(PORTS_TO_LISTEN_ON.lowest, PORTS_TO_LISTEN_ON.highest)
      return await launch({ binary, port: free, given: argumentsOn(free) })
    } catch (error) {
      // Somebody else has the port.
      if (!(error instanceof PortTakenError) || tries === FREE_PORT_TRIES) throw error
    }
  }
}

class PortTakenError extends Error {}

async function launch({
  binary,
  port,
  given,
}: {
  readonly binary: RedisBinary
  readonly port: number
  readonly given: readonly string[]
}): Promise<RedisServer> {
  const child = spawn('sh', ['-c', UNTIL_PIPE_CLOSES, 'redis', binary.command, ...given], {
    env: { ...process.env, ...binary.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C at a terminal must reach the workers first, which need Redis to finish.
    detached: true,
  })
  const ended = once(child, 'exit').then(() => {
    child.stdin.end('\n')
  })
  child.stdin.on('error', ignoreClosedPipe)
  const pid = await readyPid({ child, port })
  letGo(child)

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.ref()
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(late)
  }

  return {
    url: `redis://${HOST}:${port}`,
    port,
    pid,
    version: binary.version,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

function placeOf({ folder, port }: { folder: string; port: number }): string[] {
  return ['--bind', HOST, '--port', String(port), '--dir', folder, '--daemonize', 'no']
}

function storageOf(persistent: boolean): string[] {
  const durability = persistent ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : ['--appendonly', 'no']
  // A queue must refuse new jobs rather than forget old ones.
  return ['--maxmemory-policy', 'noeviction', '--save', '', ...durability]
}

function readyPid({ child, port }: { readonly child: ChildProcess; readonly port: number }): Promise<number> {
  return new Promise((resolveReady, reject) => {
    let said = ''
    const late = setTimeout(() => child.kill('SIGKILL'), START_MS)
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      if (child.pid === undefined || !READY.test(said)) return
      clearTimeout(late)
      child.stdout?.off('data', listen)
      resolveReady(child.pid)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('error', reject)
    // `close`, not `exit`: only then has everything it said arrived.
    child.once('close', () => {
      clearTimeout(late)
      reject(startError({ said, port }))
    })
  })
}

function startError({ said, port }: { said: string; port: number }): Error {
  if (/address already in use/i.test(said))
    return new PortTakenError(`Redis cannot listen on ${HOST}:${port}: another program uses that port.`)
  const last = said.trim().split('\n').slice(-3).join('\n')
  return new Error(`redis-server did not start on ${HOST}:${port} within ${START_MS / 1_000} s; it said:\n${last}`)
}

/** Goes on reading what it says, so that the pipe never fills up, without keeping this process alive for it. */
function letGo(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) stream?.resume()
  child.unref()
  for (const pipe of child.stdio) if (pipe && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') throw error
}
