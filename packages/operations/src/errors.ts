import { defineErrorCodes } from '@rollcall/engine'

/** What can go wrong with the orders of operators. */
export const operationsErrors = defineErrorCodes({
  COHORT_PROCESS_UNKNOWN: {
    sentence: 'This release has no process of that name, so its runs cannot be replayed.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Replay the run on the release that has the process, or leave it: its system is gone.',
  },
})
