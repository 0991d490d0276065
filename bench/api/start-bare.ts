import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnBound } from '@rollcall/scripts/fleet'

export interface Bare {
  readonly url: string
  readonly pid: number
  end(): Promise<void>
}

/** The bare route, with a file of its own. */
export async function startBare(): Promise<Bare> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
  const args = [join(import.meta.dirname, 'bare-contender.ts'), join(folder, 'bare.db')]
  const child = spawnBound({ command: process.execPath, args, output: 'inherit', env: process.env })
  const [url] = await once(child, 'message')
  return {
    url: String(url),
    pid: child.pid ?? 0,
    async end() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
