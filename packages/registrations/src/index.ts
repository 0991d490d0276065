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
