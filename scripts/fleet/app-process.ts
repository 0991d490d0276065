// One app of the fleet as a process of its own: started, awaited until it says "ready", stopped with a deadline or killed outright.
import type { ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import node from '../node-settings.json' with { type: 'json' }
import { REPOSITORY } from './repository.ts'
import { spawnBound } from './spawn-bound.ts'

const READY_WITHIN_MS = 60_000

export interface AppSettings {
  /** e.g. `worker-create`; two processes of one app have different names. */
  readonly name: string
  /** The app's folder below apps/. */
  readonly app: string
  readonly env: Readonly<Record<string, string>>
  readonly logFolder: string
}

export interface AppProcess {
  readonly name: string
  /** The app's folder below apps/. */
  readonly app: string
  readonly pid: number
  readonly isRunning: () => boolean
  /** Asks it to drain and waits. @returns its exit code; null where a signal ended it */
  stop(): Promise<number | null>
  /** SIGKILL: it gets no chance to do anything. */
  kill(): Promise<void>
}

/** @throws Error with the last lines of its log if it exits, or is not ready in time */
export async function startApp({ name, app, env, logFolder }: AppSettings): Promise<AppProcess> {
  const logFile = join(logFolder, `${name}.log`)
  const log = createWriteStream(logFile, { flags: 'a' })
  const child = spawnBound({
    command: process.execPath,
    args: [...flagsOf(app), join(REPOSITORY, 'apps', app, 'src', 'main.ts')],
    cwd: REPOSITORY,
    env: { ...inherited(), ...node.env, NODE_COMPILE_CACHE: join(REPOSITORY, node.compileCache), ...env },
    output: 'pipe',
  })
  const tail: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log.write(chunk)
      tail.push(chunk.toString())
      if (tail.length > 20) tail.shift()
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  await untilReady({ child, name, tail, exited })
  return {
    name,
    app,
    pid: child.pid ?? 0,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      return exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function untilReady({
  child,
  name,
  tail,
  exited,
}: {
  child: ChildProcess
  name: string
  tail: readonly string[]
  exited: Promise<number | null>
}): Promise<void> {
  const ready = new Promise<'ready'>((resolve) => child.on('message', (message) => message === 'ready' && resolve('ready')))
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, READY_WITHIN_MS, 'late').unref())
  const first = await Promise.race([ready, exited, late])
  if (first === 'ready') return
  child.kill('SIGKILL')
  const what = first === 'late' ? `was not ready within ${READY_WITHIN_MS / 1_000} s` : `exited with ${first} before it was ready`
  throw new Error(`${name} ${what}. Its last words:\n${tail.join('').trim().split('\n').slice(-8).join('\n')}`)
}

/** The simulated directory is held in memory, however many pupils it has. */
function flagsOf(app: string): readonly string[] {
  return app === 'simulators' ? [] : node.flags
}

/** Only what a process needs to run at all: the settings of an app come from the fleet, not from whoever started it. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR']
  return Object.fromEntries(names.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])))
}
