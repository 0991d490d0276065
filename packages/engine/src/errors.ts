// The error words: what a handler throws says what becomes of the run. Anything else that is thrown follows the state's retry policy.
// Every code is one row of a registry (code, sentence, kind, HTTP status); the sentence is all that reaches Redis, so it never names a person.

/** `terminal`: trying again is useless. `transient`: it may pass. `throttled`: we were told to wait. `systemic`: everybody has it. */
export type ErrorKind = 'terminal' | 'transient' | 'throttled' | 'systemic'

export interface ErrorCode {
  readonly code: string
  readonly sentence: string
  readonly kind: ErrorKind
  /** What the API answers where this code ends a request; 500 where it never does. */
  readonly httpStatus: number
  /** What an operator does about it, in the imperative. */
  readonly runbook: string
}

type ErrorRow = Omit<ErrorCode, 'code'>

/** Makes a registry: each row learns its own name as `code`. */
export function defineErrorCodes<const Table extends Record<string, ErrorRow>>(
  table: Table,
): { readonly [Code in keyof Table & string]: ErrorCode } {
  const rows = Object.entries(table).map(([code, row]) => [code, { code, ...row }])
  return Object.fromEntries(rows)
}

/** An error with a code of the registry. `detail` may name ids, never names, birth dates, identity numbers or secrets. */
export class CodedError extends Error {
  readonly errorCode: ErrorCode
  constructor(errorCode: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? errorCode.sentence : `${errorCode.sentence} ${detail}`, options)
    this.name = new.target.name
    this.errorCode = errorCode
  }
}

/** Never try again: the state is given up. */
export class TerminalError extends CodedError {}

/** The outside system asked us to wait; its resource closes for that long for the whole fleet, and no attempt is spent. */
export class RetryAfterError extends CodedError {
  readonly afterMs: number
  constructor(errorCode: ErrorCode, afterMs: number, detail?: string, options?: ErrorOptions) {
    super(errorCode, detail, options)
    this.afterMs = afterMs
  }
}

/** Not this run's fault and every other run's too (credentials, permissions, quota): the line stops, and no attempt is spent. */
export class SystemicError extends CodedError {}

/** A fault that may pass and spends an attempt. A plain Error does the same under the code UNEXPECTED_ERROR. */
export class TransientError extends CodedError {}

/** SQL cannot be reached just now: no attempt is spent. Adapters of the ledger throw it. */
export class LedgerUnavailableError extends CodedError {}

export const engineErrors = defineErrorCodes({
  UNEXPECTED_ERROR: {
    sentence: 'The worker met an error that has no code of its own.',
    kind: 'transient',
    httpStatus: 500,
    runbook: "Read the worker's log lines of this run; it is a defect or a setting. Replay once it is mended.",
  },
  WORKER_DIED: {
    sentence: 'The worker stopped while it worked on this run.',
    kind: 'transient',
    httpStatus: 500,
    runbook:
      'Look for what ended the worker (memory, a restart of the machine). Single ones need nothing; if the run does it again and again, take its history to the developers.',
  },
  HANDLER_TIMEOUT: {
    sentence: 'The work on this state took longer than it may.',
    kind: 'transient',
    httpStatus: 500,
    runbook: 'Look whether the outside system is slow. Nothing to do if it passes; replay what has failed.',
  },
  NOT_YET_FOR_TOO_LONG: {
    sentence: 'The outside system was not ready within the time that this state may wait.',
    kind: 'terminal',
    httpStatus: 500,
    runbook:
      'Look the account up in the directory. If it is there, replay from the polling state; if not, replay from AWAITING_USER_CREATE.',
  },
  TOO_MANY_VERSIONS: {
    sentence: 'The run changed its state more often than any healthy run does.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: "Take the run's history to the developers: its table leads in a circle.",
  },
  RESULT_MISSING: {
    sentence: 'An earlier state of this run left no result.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Replay from the state that the detail names.',
  },
  LEDGER_UNAVAILABLE: {
    sentence: 'The database cannot be reached.',
    kind: 'transient',
    httpStatus: 503,
    runbook: 'Bring the database back; jobs wait and go on by themselves.',
  },
  RUN_NOT_FOUND: { sentence: 'There is no run with this uuid.', kind: 'terminal', httpStatus: 404, runbook: 'Check the uuid.' },
  RUN_NOT_ENDED: {
    sentence: 'Only a failed or cancelled run can be replayed.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Wait until it has ended, or cancel it first.',
  },
  RUN_ENDED: {
    sentence: 'The run has ended; there is nothing to cancel or to send to it.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Nothing; it has ended.',
  },
  RUN_CHANGED: {
    sentence: 'The run changed while the request was made; look again.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Look at the run again, then repeat the order if it still makes sense.',
  },
  RUN_KEY_TAKEN: {
    sentence: 'Another run has taken over the work of this one.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Look at the run that the detail names: it does the work now.',
  },
  RUN_ARCHIVED: {
    sentence: 'The run stands in the archive: it can be looked at, and nothing more.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Send a new request if the work is still wanted.',
  },
  RUN_ERASED: {
    sentence: 'The data of the person whom this run was about were erased; it cannot be replayed.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Send a new request if the person is to have an account again.',
  },
  REPLAY_CHANGES_SUBJECT: {
    sentence: 'The corrected input asks for something else, or for somebody else; that is a request of its own.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'Send a new request instead.',
  },
  INPUT_NOT_CORRECTABLE: {
    sentence: 'The input of this process says what others have ruled: a replay repeats it, and may not correct it.',
    kind: 'terminal',
    httpStatus: 422,
    runbook:
      'Replay it without `input`, or begin anew: a job by its own order, with its settings changed first; anything else by a new message from the system that sent the first.',
  },
  NOT_WAITING: {
    sentence: 'The run does not wait for this signal.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Look where the run stands. If it has been answered or has gone on, nothing is to be done.',
  },
  SIGNAL_UNKNOWN: {
    sentence: 'The state that waits for this signal has no such answer.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'Send one of the answers that the detail lists.',
  },
  SIGNAL_PAYLOAD_INVALID: {
    sentence: 'What was sent with the signal is not what its state expects.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'Correct the fields that the detail names, and send it again.',
  },
  SIGNAL_KEY_TAKEN: {
    sentence: 'Another signal was sent to this run under the same key.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Look at the run: the first signal stands. Send a new key if a further one is meant.',
  },
  SIGNAL_DEADLINE_PASSED: {
    sentence: 'Nobody sent the signal within the time that this state may wait for it.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Find out who should have answered. Replay the run from this state if the answer is still wanted.',
  },
  STATE_NOT_REPLAYABLE: {
    sentence: 'The run cannot be replayed from this state.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'Choose one of the states that the detail lists.',
  },
  SCHEDULE_NOT_FOUND: {
    sentence: 'There is no schedule of this name.',
    kind: 'terminal',
    httpStatus: 404,
    runbook: 'Choose one of those that the detail lists.',
  },
  SCHEDULE_SETTINGS_INVALID: {
    sentence: 'A setting of the schedule is not what it may be.',
    kind: 'terminal',
    httpStatus: 400,
    runbook: 'Correct the settings that the detail names.',
  },
  SCHEDULE_CHANGED: {
    sentence: 'The schedule was changed by somebody else meanwhile; look again.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Look at the schedule again, then repeat the change if it still makes sense.',
  },
})
