// The command line as a test drives it: real commands, a terminal that is written down, time that passes when a command waits.
import type { Database } from '@rollcall/database'
import type { CliDeps } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { runCli } from '../run-cli.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface Ran {
  readonly code: ExitCode
  /** stdout */
  readonly out: string
  /** stderr */
  readonly err: string
  /** stdout as a program reads it. */
  readonly json: () => unknown
}

export interface TestCliOptions {
  readonly env: Readonly<Record<string, string>>
  /** For what works on the database itself. */
  readonly database?: Database
  /** What the person at the terminal types, question by question; without them nobody sits there. */
  readonly answers?: readonly string[]
  readonly now?: () => number
  /** Called whenever a command waits, with how often it has waited before; `stop` is Ctrl-C. */
  readonly whileWaiting?: (turn: number, stop: () => void) => Promise<void> | void
  readonly fetch?: typeof globalThis.fetch
  /** Instead of `database`, e.g. one that cannot be reached. */
  readonly openDatabase?: CliDeps['openDatabase']
}

export type RunCommand = (...args: readonly string[]) => Promise<Ran>

export function createTestCli({
  env,
  database,
  answers = [],
  now = Date.now,
  whileWaiting,
  fetch = globalThis.fetch,
  openDatabase,
}: TestCliOptions): RunCommand {
  return async (...args) => {
    const out: string[] = []
    const err: string[] = []
    const asked = [...answers]
    const interruption = new AbortController()
    let turn = 0
    const terminal: Terminal = {
      print: (line) => void out.push(line),
      note: (line) => void err.push(line),
      style: (_, text) => text,
      ask: async (question) => {
        err.push(question)
        return asked.shift() ?? null
      },
      progress: ({ label, total }) => ({
        update: (value, newTotal = total) => void err.push(`${label} ${value}/${newTotal}`),
        stop: () => undefined,
      }),
    }
    const deps: CliDeps = {
      env: { ROLLCALL_DATA_DIR: '/nowhere', ...env },
      terminal,
      openDatabase: async (url) => {
        if (openDatabase) return openDatabase(url)
        if (!database) throw new Error('This test gave no database.')
        return { ...database, close: async () => undefined }
      },
      fetch,
      now,
      async pause(_, signal) {
        await whileWaiting?.(turn++, () => interruption.abort(new Error('interrupted')))
        signal.throwIfAborted()
      },
      interrupted: interruption.signal,
      user: 'operator',
    }
    const code = await runCli(args, deps)
    return { code, out: out.join('\n'), err: err.join('\n'), json: () => JSON.parse(out.join('\n')) }
  }
}
