import { defineErrorCodes } from '@rollcall/engine'

/** What can go wrong while an account is provisioned. The sentences reach operators and Redis: they name nobody. */
export const provisioningErrors = defineErrorCodes({
  ACCOUNT_EXISTS: {
    sentence: 'This person has a live account already.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Nothing, if the person needs one account; else delete the old one first.',
  },
  ACCOUNT_BELONGS_TO_ANOTHER: {
    sentence: 'The person or the username has another live account; an operator must decide which one stays.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Compare person and username in the directory and in SysUser, decide which account stays, then replay.',
  },
  OTHER_ACCOUNT_UNFINISHED: {
    sentence: 'An account of another kind was begun for this person and never finished; finish or settle that one first.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Finish the other account by replaying its run, or give its reservation up with `rollcall unfinished release`.',
  },
  PERSON_IN_CREATION_AS_OTHER_KIND: {
    sentence: 'An account of another kind is being created for this person.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Wait for the other run to end, or cancel it.',
  },
  USERNAMES_EXHAUSTED: {
    sentence: 'Every username that the rules allow for this person is taken.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Ask the school for a distinguishing middle name and replay with the corrected input.',
  },
  CREDENTIAL_GONE: {
    sentence: 'The initial password is not kept any more.',
    kind: 'terminal',
    httpStatus: 410,
    runbook: 'Reset the password in the directory. A run that failed with this in an earlier release: replay it from RESERVE_USERNAME.',
  },
  ACCOUNT_NOT_FOUND: {
    sentence: 'There is no live account with this id.',
    kind: 'terminal',
    httpStatus: 404,
    runbook: 'Take sysUserId from the result of the completed run, not the uuid of the run.',
  },
  USER_STANDS_ALREADY: {
    sentence: 'The user of this account was written by an earlier run.',
    kind: 'transient',
    httpStatus: 500,
    runbook: 'Nothing; the next try takes the user that stands.',
  },
  UNFINISHED_NOT_FOUND: {
    sentence: 'No account of this kind is unfinished for this person.',
    kind: 'terminal',
    httpStatus: 404,
    runbook: 'Look at `rollcall unfinished list`: it was finished or released already, or is of the other kind.',
  },
  RESERVATION_IN_USE: {
    sentence: 'The reservation is in use: a run works with it, or has since it was to be released.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Wait for the run to end, or cancel it. If the account is unfinished still, ask for the release again.',
  },
  ACCOUNT_STANDS: {
    sentence: 'The directory holds an account of this person under the reserved name, so the name cannot be given up.',
    kind: 'terminal',
    httpStatus: 409,
    runbook:
      'Replay the last account-create run of the person; where that is archived, let the account be asked for again. Either adopts it and finishes it.',
  },
  FORMER_ACCOUNT_STANDS: {
    sentence: 'An account of this person stands under a name that was given up before; nobody gets a second one.',
    kind: 'terminal',
    httpStatus: 409,
    runbook:
      'Replay the earlier run of the person, which had that name: it adopts the account. Or remove the account in the directory, and replay this run.',
  },
  SCHOOL_NOT_IN_DIRECTORY: {
    sentence: 'The directory has no such school.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Create the school in the directory with this externalId, or correct schoolId in a replay.',
  },
  CLASS_NOT_IN_DIRECTORY: {
    sentence: 'The directory has no such class.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Create the class in the directory with this externalId; re-enroll tries again by itself for 28 days.',
  },
  DIRECTORY_REFUSED_DATA: {
    sentence: 'The directory refused the data of this request.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Read the request in the run, correct what the directory cannot take (a name, a domain), replay with the corrected input.',
  },
  DIRECTORY_OBJECT_QUOTA: {
    sentence: 'This one object has reached its quota in the directory.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Remove members that the class no longer needs, or split it; then replay.',
  },
  DIRECTORY_AMBIGUOUS: {
    sentence: 'The directory holds several objects with this key.',
    kind: 'terminal',
    httpStatus: 500,
    runbook: 'Find the objects with the same externalId in the directory, remove all but one, then replay.',
  },
  DIRECTORY_THROTTLED: {
    sentence: 'The directory asked us to wait.',
    kind: 'throttled',
    httpStatus: 500,
    runbook:
      'Nothing; the fleet waits as long as it was told. If it lasts, look for another application that writes to the tenant and lower GRAPH_WRITES_PER_SECOND.',
  },
  DIRECTORY_UNAVAILABLE: {
    sentence: 'The directory did not answer, or answered with a server error.',
    kind: 'transient',
    httpStatus: 500,
    runbook: "Look at Microsoft's service health. Tries go on for three quarters of an hour; replay the cohort that failed after that.",
  },
  DIRECTORY_BUSY: {
    sentence: 'The directory was busy with concurrent requests.',
    kind: 'transient',
    httpStatus: 500,
    runbook: 'Nothing; tries go on. Replay what failed.',
  },
  DIRECTORY_UNEXPECTED: {
    sentence: 'The directory answered in a way that we do not know.',
    kind: 'transient',
    httpStatus: 500,
    runbook: "Take the status, the code and the request-id of the history to Microsoft's support or to the developers; replay afterwards.",
  },
  DIRECTORY_UNAUTHENTICATED: {
    sentence: 'The directory does not accept our credentials.',
    kind: 'systemic',
    httpStatus: 500,
    runbook:
      'Renew the client secret or certificate, restart the workers with it, check with `rollcall doctor`; the line reopens by its probe or by `rollcall resume graph --reason …`.',
  },
  DIRECTORY_FORBIDDEN: {
    sentence: 'Our application may not do this in the directory.',
    kind: 'systemic',
    httpStatus: 500,
    runbook:
      'Grant the application permission that `rollcall doctor` misses and consent to it; the line reopens by its probe or by `rollcall resume graph --reason …`.',
  },
  DIRECTORY_TENANT_QUOTA: {
    sentence: 'The tenant has reached its object quota.',
    kind: 'systemic',
    httpStatus: 500,
    runbook: 'Ask Microsoft for a larger object quota, or purge deleted objects; then `rollcall resume graph --reason …`.',
  },
  LICENCES_EXHAUSTED: {
    sentence: 'No licence is left to assign.',
    kind: 'terminal',
    httpStatus: 500,
    runbook:
      'Buy or free licences of the SKU that the detail names. The accounts stand and are enrolled; their `re-enroll` runs ask again for four weeks, or at once where they are cancelled and replayed.',
  },
})
