// Processes that never outlive whoever started them: a test runner that is killed in the middle leaves no fleet behind. What must always hold: it
// does not matter how we end, nor whether the process is stopped or hangs at that moment; its pid is its own, as if it had been spawned directly.
import { type ChildProcess, spawn } from 'node:child_process'

// The shell becomes the program. What it leaves behind waits for our end of the pipe to close, which happens in any case when we end, and takes
// the program along; a line through the pipe says that there is nothing left to take along. It keeps no end of the channel (3) open.
const UNTIL_PIPE_CLOSES = 'exec 9<&0; { read -r _ <&9 || kill -9 "$$"; } >/dev/null 2>&1 3<&- & exec "$@" </dev/null 9<&-'

export interface BoundProcess {
  readonly command: string
  readonly args: readonly string[]
  /** Where its output goes. */
  readonly output: 'pipe' | 'inherit'
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
}

/** With a channel for messages, and nothing on its standard input. */
export function spawnBound({ command, args, output, env, cwd }: BoundProcess): ChildProcess {
  const child = spawn('sh', ['-c', UNTIL_PIPE_CLOSES, 'bound', command, ...args], {
    env: { ...env },
    ...(cwd !== undefined && { cwd }),
    stdio: ['pipe', output, output, 'ipc'],
  })
  const { stdin } = child
  // Where it has ended, so has whoever read from it.
  stdin?.on('error', () => undefined)
  child.once('exit', () => stdin?.end('\n'))
  return child
}
