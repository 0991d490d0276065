import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '@rollcall/database'

const LOOK_EVERY_MS = 100

export function countCompleted({ prisma }: Database): Promise<number> {
  return prisma.run.count({ where: { process: 'account-create', status: 'completed' } })
}

/** @throws Error where it does not come true in time */
export async function until(what: string, isSo: () => Promise<boolean>, withinMs = 600_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs / 1_000} s: ${what}.`)
    await pause(LOOK_EVERY_MS)
  }
}
