// Who holds a job, so that whoever starts later on the same machine can tell whether that process is gone. What must always hold: a process that
// may be alive is never called gone; where it cannot be told (another machine, another container, no /proc), the answer is no.
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'

/** Whoever takes a job without a name leaves the name of its former holder beside it, who may be gone. */
const NOBODY_KNOWN = 'unknown'

/** The process's name under which its workers take jobs: the machine's boot and namespaces, the pid, and when that pid began. */
export function processIdentity(pid = process.pid): string {
  const place = placeOfThisProcess()
  const startedAt = startOf(pid)
  return place === null || startedAt === null ? NOBODY_KNOWN : `${place}.${pid}.${startedAt}`
}

/** Whether the process of this name is certainly gone. */
export function isGone(identity: string): boolean {
  const [place, pid = '', startedAt, ...rest] = identity.split('.')
  if (rest.length > 0 || !/^[1-9]\d*$/.test(pid) || !startedAt || place !== placeOfThisProcess()) return false
  if (!isThere(Number(pid))) return true
  const found = startOf(Number(pid))
  // Other users' processes may be hidden: they are there, but their start cannot be read.
  return found !== null && found !== startedAt
}

let place: string | null | undefined

/** Pids mean something within one boot of one kernel and one pid namespace; start times within one time namespace. */
function placeOfThisProcess(): string | null {
  if (place !== undefined) return place
  try {
    const parts = [
      readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      ...['pid', 'time'].map((kind) => readlinkSync(`/proc/self/ns/${kind}`)),
    ]
    place = createHash('sha256').update(parts.join(' ')).digest('base64url').slice(0, 12)
  } catch {
    // Not Linux, or a sandbox that hides it: then every death is left to the locks.
    place = null
  }
  return place
}

/** In the kernel's ticks since the boot; null where it cannot be read. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets, and may hold anything; the start is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
