import { userInfo } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { createDatabase } from '@rollcall/database'
import { runCli } from './run-cli.ts'
import { createTerminal } from './terminal/terminal.ts'

const interruption = new AbortController()
process.once('SIGINT', () => interruption.abort(new Error('interrupted')))
// `rollcall list --all | head`: whoever reads has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  terminal: createTerminal(process),
  openDatabase: (url) => createDatabase({ url }),
  fetch: globalThis.fetch,
  now: Date.now,
  pause: (ms, signal) => pause(ms, undefined, { signal }),
  interrupted: interruption.signal,
  user: userInfo().username,
})
// What was given up (a database that does not answer) may still keep the process alive.
setTimeout(() => process.exit(), 1_000).unref()
