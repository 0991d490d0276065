import { readFile } from 'node:fs/promises'

/** The most that a process has held in memory so far, in MB; what it shares with others (Node's own program) is counted, too. Linux only. */
export async function peakMemoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? []
  return Number(kilobytes) / 1_024
}
