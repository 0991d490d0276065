// What each process holds, read from /proc: where there is none, as on macOS, nothing is watched.
import { readFile } from 'node:fs/promises'

const EVERY_MS = 1_000

export interface MemoryWatch {
  stop(): void
  /** The most that a process of this name held, in MB. */
  readonly most: ReadonlyMap<string, number>
}

export function watchMemory(pids: () => ReadonlyMap<string, number>): MemoryWatch {
  const most = new Map<string, number>()

  async function look(): Promise<void> {
    for (const [name, pid] of pids()) {
      const megabytes = await residentMegabytes(pid)
      if (megabytes !== null) most.set(name, Math.max(megabytes, most.get(name) ?? 0))
    }
  }

  const timer = setInterval(() => void look(), EVERY_MS)
  return { most, stop: () => clearInterval(timer) }
}

async function residentMegabytes(pid: number): Promise<number | null> {
  // It may have ended a moment ago.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? []
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1_024)
}
