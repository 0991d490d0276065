import { aboutRun, liveKeyOf, type ProcessDefinition, rowOf } from './define-process.ts'
import type { JsonObject } from './json.ts'
import { firstLookMs } from './policy.ts'
import type { EpochMs, NewRun, Run } from './run.ts'

/** Where a run comes from: a request of a caller, or another run that started it. */
export type Origin =
  | { readonly groupUuid: string; readonly requestedBy: string; readonly priority: number; readonly now: EpochMs }
  | { readonly parent: Run; readonly now: EpochMs }

/** Makes the row of a new run. The input must have passed the process's own schema. */
export function prepareRun({
  process,
  input,
  newId,
  ...origin
}: { readonly process: ProcessDefinition; readonly input: JsonObject; readonly newId: () => string } & Origin): NewRun {
  const about = aboutRun(process, input)
  const { poll, worker } = rowOf(process, process.start)
  const from = 'parent' in origin ? origin.parent : origin
  return {
    uuid: newId(),
    groupUuid: from.groupUuid,
    process: process.name,
    type: about.type,
    state: process.start,
    input,
    liveKey: liveKeyOf(process, about),
    priority: from.priority,
    subjectId: about.subjectId,
    subjectName: about.subjectName,
    scopeId: about.scopeId,
    requestedBy: from.requestedBy,
    createdAt: origin.now,
    // A process that starts by waiting (a ladder of later tries) waits before its first look, too.
    dueAt: origin.now + (poll && (worker === 'poll' || 'pauses' in poll) ? firstLookMs(poll) : 0),
  }
}
