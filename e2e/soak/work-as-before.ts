// Once all is settled the fleet must be what it was: while faults strike, reconcile and whoever hurries it along bring back what was lost, and would
// hide that nothing moves by itself any more.
import { setTimeout as pause } from 'node:timers/promises'
import type { ActDeps } from './act.ts'
import { many } from './asked-from-outside.ts'

const PERSONS = 20
/** Sooner than reconcile would look for anything. */
const WITHIN_MS = 40_000
const LOOK_EVERY_MS = 200

/** Asks for some more accounts, with no fault about. Answers findings in words. */
export async function workAsBefore(deps: ActDeps): Promise<string[]> {
  const { fleet, roster } = deps
  const since = new Set(roster.accepted)
  await many({ atMs: 0, kind: 'many', pick: 0, size: PERSONS }, deps)
  const uuids = [...roster.accepted].filter((uuid) => !since.has(uuid))
  const completed = () => fleet.database.prisma.run.count({ where: { uuid: { in: uuids }, status: 'completed' } })
  const deadline = performance.now() + WITHIN_MS
  while ((await completed()) < PERSONS && performance.now() < deadline) await pause(LOOK_EVERY_MS)
  const count = await completed()
  return count === PERSONS
    ? []
    : [`of ${PERSONS} persons asked for after the last fault, ${count} had an account within ${WITHIN_MS / 1_000} s`]
}
