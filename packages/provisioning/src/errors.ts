import { defineErrorCodes } from '@rollcall/engine'

/** What can go wrong while an account is provisioned. The sentences reach operators and Redis: they name nobody. */
export const provisioningErrors = defineErrorCodes({
  ACCOUNT_EXISTS: { sentence: 'This person has a live account already.', kind: 'terminal', httpStatus: 409 },
  ACCOUNT_BELONGS_TO_ANOTHER: {
    sentence: 'The person or the username has another live account; an operator must decide which one stays.',
    kind: 'terminal',
    httpStatus: 409,
  },
  OTHER_ACCOUNT_UNFINISHED: {
    sentence: 'An account of another kind was begun for this person and never finished; finish or settle that one first.',
    kind: 'terminal',
    httpStatus: 409,
  },
  PERSON_IN_CREATION_AS_OTHER_KIND: {
    sentence: 'An account of another kind is being created for this person.',
    kind: 'terminal',
    httpStatus: 409,
  },
  USERNAMES_EXHAUSTED: { sentence: 'Every username that the rules allow for this person is taken.', kind: 'terminal', httpStatus: 500 },
  CREDENTIAL_GONE: { sentence: 'The initial password was erased before the account was created.', kind: 'terminal', httpStatus: 500 },
  SCHOOL_NOT_IN_DIRECTORY: { sentence: 'The directory has no such school.', kind: 'terminal', httpStatus: 500 },
  CLASS_NOT_IN_DIRECTORY: { sentence: 'The directory has no such class.', kind: 'terminal', httpStatus: 500 },
  DIRECTORY_REFUSED_DATA: { sentence: 'The directory refused the data of this request.', kind: 'terminal', httpStatus: 500 },
  DIRECTORY_OBJECT_QUOTA: { sentence: 'This one object has reached its quota in the directory.', kind: 'terminal', httpStatus: 500 },
  DIRECTORY_AMBIGUOUS: { sentence: 'The directory holds several objects with this key.', kind: 'terminal', httpStatus: 500 },
  DIRECTORY_THROTTLED: { sentence: 'The directory asked us to wait.', kind: 'throttled', httpStatus: 500 },
  DIRECTORY_UNAVAILABLE: { sentence: 'The directory did not answer, or answered with a server error.', kind: 'transient', httpStatus: 500 },
  DIRECTORY_BUSY: { sentence: 'The directory was busy with concurrent requests.', kind: 'transient', httpStatus: 500 },
  DIRECTORY_UNEXPECTED: { sentence: 'The directory answered in a way that we do not know.', kind: 'transient', httpStatus: 500 },
  DIRECTORY_UNAUTHENTICATED: { sentence: 'The directory does not accept our credentials.', kind: 'systemic', httpStatus: 500 },
  DIRECTORY_FORBIDDEN: { sentence: 'Our application may not do this in the directory.', kind: 'systemic', httpStatus: 500 },
  DIRECTORY_TENANT_QUOTA: { sentence: 'The tenant has reached its object quota.', kind: 'systemic', httpStatus: 500 },
  LICENCES_EXHAUSTED: { sentence: 'No licence is left to assign.', kind: 'systemic', httpStatus: 500 },
})
