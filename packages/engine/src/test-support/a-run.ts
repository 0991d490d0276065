import type { Run } from '../run.ts'
import { STORY_START } from '../testing/virtual-clock.ts'

/** A run of `shopping` that has just come to ORDER. */
export function aRun(changes: Partial<Run> = {}): Run {
  return {
    uuid: '01990000-0000-7000-8000-000000000001',
    groupUuid: '01990000-0000-7000-8000-000000000002',
    process: 'shopping',
    type: 'BUY',
    state: 'ORDER',
    status: 'in_progress',
    completion: null,
    version: 2,
    attempt: 0,
    dueAt: STORY_START,
    input: { customer: 'c1' },
    result: { RESERVE: { number: 7 } },
    pollingUuid: null,
    lastOperationStatus: 'success',
    errorCode: null,
    errorMessage: null,
    liveKey: 'shopping:c1',
    priority: 1,
    subjectId: 'c1',
    subjectName: null,
    scopeId: 'shop-1',
    requestedBy: 'test',
    cancelRequestedAt: null,
    createdAt: STORY_START - 1_000,
    updatedAt: STORY_START,
    stateSince: STORY_START,
    ...changes,
  }
}
