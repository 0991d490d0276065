import { setTimeout as pause } from 'node:timers/promises'

/**
 * Awaits a condition of other processes, which cannot call us.
 * @param saying what they have said so far: it stands in the error
 * @throws Error naming what was awaited
 */
export async function waitUntil(
  what: string,
  condition: () => Promise<boolean>,
  {
    withinMs = 120_000,
    everyMs = 100,
    saying = () => '',
  }: { readonly withinMs?: number; readonly everyMs?: number; readonly saying?: () => string } = {},
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs / 1_000} s: ${what}. ${saying()}`.trim())
    await pause(everyMs)
  }
}
