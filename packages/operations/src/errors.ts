import { defineErrorCodes } from '@rollcall/engine'

/** What can go wrong with the orders of operators. */
export const operationsErrors = defineErrorCodes({
  COHORT_PROCESS_UNKNOWN: {
    sentence: 'This release has no process of that name, so its runs cannot be replayed.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Replay the run on the release that has the process, or leave it: its system is gone.',
  },
  COHORT_WITHOUT_JOBS: {
    sentence: 'It is the run of a job, and whoever ordered the replay does not administer jobs.',
    kind: 'terminal',
    httpStatus: 403,
    runbook: 'Have it replayed with a key of the role admin, by itself or by an order of its own.',
  },
})
