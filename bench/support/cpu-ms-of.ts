import { readFile } from 'node:fs/promises'

/** The kernel tells a process's time in hundredths of a second, whatever its own clock does. */
const TICK_MS = 10
/** Counted behind the name, which stands in brackets and may hold anything. */
const USER = 11
const SYSTEM = 12

/** What a process has used of the processors so far, in milliseconds. Linux only. @throws Error if there is none */
export async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[USER]) + Number(fields[SYSTEM])) * TICK_MS
}
