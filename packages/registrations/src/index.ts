export {
  CALL_OUTCOMES,
  type CallOutcome,
  createRegistrationsClient,
  type RegistrationsClientOptions,
  type RegistrationsNotice,
} from './registrations-client.ts'
export {
  BATCH_MOST,
  BatchAnswerBody,
  BatchBody,
  BatchItem,
  NewRegistrationBody,
  RegistrationAnswerBody,
  RegistrationChangeBody,
  RegistrationNumber,
  RegistrationPush,
  RegistrationView,
  UserId,
} from './wire.ts'
