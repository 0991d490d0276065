import { defineErrorCodes } from '@rollcall/engine'

/** What can go wrong while accounts follow their registrations. The sentences reach operators and Redis: they name nobody. */
export const statusSyncErrors = defineErrorCodes({
  REGISTRATIONS_UNAVAILABLE: {
    sentence: 'The registration service does not answer; no account was changed for that.',
    kind: 'transient',
    httpStatus: 503,
    runbook:
      'Bring the registration service back. Runs wait with their cursor for up to a day and go on by themselves; replay what has failed.',
  },
  REGISTRATIONS_REFUSED: {
    sentence: 'The registration service does not accept our key.',
    kind: 'systemic',
    httpStatus: 502,
    runbook:
      'Set REGISTRATION_API_KEY to a key of the role `service` and restart worker-sync. Runs wait with their cursor for up to a day and go on by themselves; replay what has failed.',
  },
  REGISTRATIONS_UNREADABLE: {
    sentence: 'The registration service answered something that was not agreed upon.',
    kind: 'terminal',
    httpStatus: 502,
    runbook:
      'Compare the releases of both services, or what stands between them. Then replay the run: it goes on from its cursor. Single records that cannot be read are findings of the run instead.',
  },
  NUMBER_TAKEN: {
    sentence: 'Another account has this registration number; a person must say whose it is.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Compare both accounts with the registration, take the number from the wrong one, then start the sync again.',
  },
  ACCOUNT_CHANGED: {
    sentence: 'The account was changed by somebody else each time that its status was about to be written.',
    kind: 'transient',
    httpStatus: 409,
    runbook: 'Nothing: the next sync looks at the account again. If it happens all the time, look in the audit log for who writes it.',
  },
  PUSHES_AT_LIMIT: {
    sentence: 'While this push was being judged, others have locked out as many accounts as pushes may; it is judged again.',
    kind: 'transient',
    httpStatus: 409,
    runbook: 'Nothing: it is held for the next sync then, or applied where the limit is higher than the minimum.',
  },
  ACCOUNT_GONE: {
    sentence: 'The account that was to be changed is not there any more.',
    kind: 'terminal',
    httpStatus: 404,
    runbook: 'Nothing, unless nobody meant to delete it.',
  },
  SYNC_RUN_NOT_FOUND: {
    sentence: 'There is no sync run with this uuid.',
    kind: 'terminal',
    httpStatus: 404,
    runbook: 'Check the uuid.',
  },
  DRY_RUN_NEEDED: {
    sentence: 'The clean-up may be enabled only after a dry run whose result you have seen.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Trigger accountCleanup with dryRun, look at its differences, then enable it and name that run as `dryRun`.',
  },
})
