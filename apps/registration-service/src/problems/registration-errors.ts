import { defineErrorCodes } from '@rollcall/engine'

/** What the registration service refuses besides what every server of ours does. Registrations are named by id, organisations never. */
export const registrationErrors = defineErrorCodes({
  REGISTRATION_NOT_FOUND: {
    sentence: 'There is no such registration.',
    kind: 'terminal',
    httpStatus: 404,
    runbook: 'Nothing, where somebody is not registered yet; otherwise check the number, user id or registration id.',
  },
  REGISTRATION_AMBIGUOUS: {
    sentence: 'Several registrations stand under this key.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'A registrar decides which one it is, and takes the number from the others.',
  },
  REGISTRATION_CHANGED: {
    sentence: 'The registration has another version by now; look again.',
    kind: 'terminal',
    httpStatus: 412,
    runbook: 'Read the registration again, then send the change with its version if it still makes sense.',
  },
  VERSION_MISSING: {
    sentence: 'A change says which version of the registration it was made for.',
    kind: 'terminal',
    httpStatus: 428,
    runbook: 'Send If-Match with the ETag that was read, or `version` in the body.',
  },
})
