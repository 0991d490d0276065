import { defineErrorCodes } from '@rollcall/engine'

/** What keeps an app from starting, or from ending well. Their sentences and details name settings and ids, never values that are secret. */
export const platformErrors = defineErrorCodes({
  ENV_INVALID: {
    sentence: 'The environment is not as this app needs it.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Mend the variables that the message names.',
  },
  PORT_TAKEN: {
    sentence: 'A port that this app needs is in use.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'End the other program, or set the variable that the message names.',
  },
  CLOCK_TOO_FAR_OFF: {
    sentence: "This machine's clock is too far from the database's.",
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Mend NTP on this machine.',
  },
  STATE_UNKNOWN: {
    sentence: 'Live runs stand in states that this release does not know.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Deploy the release that knows the state, or list it in `renamed`.',
  },
  SEALED_UNREADABLE: {
    sentence: 'A sealed secret cannot be opened.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'The text or its key is not the one it was sealed with: compare CREDENTIAL_KEYS of the apps.',
  },
  SEALING_KEY_MISSING: {
    sentence: 'The key that sealed a secret is not configured.',
    kind: 'transient',
    httpStatus: 500,
    runbook: 'Put the key with the id that the detail names back into CREDENTIAL_KEYS.',
  },
  USERNAME_KEY_EXCHANGED: {
    sentence: "USERNAME_KEY is not the key that this database's usernames follow from.",
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Put the key of this database back, or accept the other one knowingly: docs/operations.md, "Exchange USERNAME_KEY".',
  },
  TIMED_OUT: {
    sentence: 'A part of the fleet did not answer in time.',
    kind: 'transient',
    httpStatus: 503,
    runbook: 'Look at Redis and the database with `rollcall doctor`.',
  },
})
