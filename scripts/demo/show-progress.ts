// Live progress: how many runs stand in each state. On a terminal the lines are redrawn in place; elsewhere a line is printed per change.
import { setTimeout as pause } from 'node:timers/promises'
import type { ApiClient, GroupCounts } from './api-client.ts'

const EVERY_MS = 250
const ENDINGS = ['COMPLETED', 'FAILED', 'CANCELLED']
const ORDER = ['RESERVE_USERNAME', 'AWAITING_USER_CREATE', 'POLL_USER_CREATE', 'AWAITING_ENROLLMENT', 'USER_NEISPUO_PERSIST', ...ENDINGS]
const BAR = 40

export interface ProgressOptions {
  readonly api: ApiClient
  readonly groups: readonly string[]
  readonly out: NodeJS.WriteStream
  readonly withinMs: number
}

/** Returns once every run of the groups has ended. @throws Error when the time is up */
export async function showProgress({ api, groups, out, withinMs }: ProgressOptions): Promise<void> {
  const deadline = Date.now() + withinMs
  let drawn = 0
  let last = ''
  for (;;) {
    const counts = sum(await Promise.all(groups.map((uuid) => api.group(uuid))))
    const total = [...counts.values()].reduce((a, b) => a + b, 0)
    const line = ORDER.flatMap((state) => (counts.get(state) ? [`${state} ${counts.get(state)}`] : [])).join('  ')
    if (out.isTTY) drawn = redraw({ out, counts, total, drawn })
    else if (line !== last) out.write(`  ${line}\n`)
    last = line
    const ended = ENDINGS.reduce((all, state) => all + (counts.get(state) ?? 0), 0)
    if (ended === total) return
    if (Date.now() > deadline) throw new Error(`After ${withinMs / 1_000} s only ${ended} of ${total} runs have ended.`)
    await pause(EVERY_MS)
  }
}

/** Runs of `account-create` only: what they start for later (re-enrolments) waits for hours by design. */
function sum(groups: readonly GroupCounts[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { state, count } of groups.flatMap((group) => group.counts)) {
    if (ORDER.includes(state)) counts.set(state, (counts.get(state) ?? 0) + count)
  }
  return counts
}

function redraw({
  out,
  counts,
  total,
  drawn,
}: {
  out: NodeJS.WriteStream
  counts: ReadonlyMap<string, number>
  total: number
  drawn: number
}): number {
  if (drawn > 0) out.moveCursor(0, -drawn)
  const rows = ORDER.filter((state) => !ENDINGS.includes(state) || counts.get(state))
  for (const state of rows) {
    const count = counts.get(state) ?? 0
    out.clearLine(0)
    out.write(`  ${state.padEnd(22)} ${String(count).padStart(4)}  ${'█'.repeat(Math.round((count / total) * BAR))}\n`)
  }
  return rows.length
}
