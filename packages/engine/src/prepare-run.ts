import type { JsonObject } from './json.ts'
import { aboutRun, entryDelayMs, liveKeyOf, type ProcessDefinition, rowOf } from './process-table.ts'
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
    dueAt: origin.now + entryDelayMs(rowOf(process, process.start)),
  }
}
