import { readFile, writeFile } from 'node:fs/promises'

/** Resets the peak and nothing else: see `man 5 proc`. */
const FORGET_PEAK = '5'

/** The most that a process has held in memory so far, in MB; what it shares with others (Node's own program) is counted, too. Linux only. */
export async function peakMemoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? []
  return Number(kilobytes) / 1_024
}

/** From now on, its peak is that of what is to come. */
export async function forgetPeakOf(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, FORGET_PEAK)
}
