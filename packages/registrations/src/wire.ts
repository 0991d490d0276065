// What the registration service and those who ask it have agreed on: the bodies of its three paths, of a change, and of what it pushes. What must
// always hold: a field that stands here keeps its meaning; new ones may come, so answers are read loosely and requests strictly.
import { Reason } from '@rollcall/engine'
import { z } from 'zod'

/** Numbers and user ids that one batch may ask for, together. */
export const BATCH_MOST = 100

const LONGEST_KEY = 64
/** As long as a uuid: a column, and a part of a run's subject. */
const LONGEST_REGISTRATION_ID = 36
const LONGEST_STATUS = 40
/** Of a column that holds whole numbers. */
const LARGEST_VERSION = 2 ** 31 - 1

/** Of no more than a column holds, in any script. SQL Server sees no blanks at the end of a text, so that two keys of ours would be one there. */
function keyOf(longest: number) {
  return z
    .string()
    .max(longest)
    .regex(
      /^[^\s\p{Cc}\p{Cs}](?:[^\p{Cc}\p{Cs}]*[^\s\p{Cc}\p{Cs}])?$/u,
      `must be 1 to ${longest} characters, without blanks at either end and without control characters`,
    )
}

export const RegistrationNumber = keyOf(LONGEST_KEY).meta({ examples: ['ETH-2024-00017'] })
export const UserId = keyOf(LONGEST_KEY).meta({ examples: ['6512bd43d9caa6e02c990b0a'] })
export const RegistrationId = keyOf(LONGEST_REGISTRATION_ID).meta({ examples: ['01995d9a-0f4e-7c3e-9d6b-2f1f6d0c8a11'] })
/** Open: the service may learn new words before those who ask it do. */
export const StatusWord = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a word of small letters, digits and underscores, 40 at most')
  .meta({
    examples: ['approved'],
    description: 'draft, submitted, under_review, clarification, approved, rejected, certified; or a newer word.',
  })
export const OrganizationName = z.string().trim().min(1).max(300)

const Version = z.int().min(0).max(LARGEST_VERSION).meta({ description: 'Grows with every change.' })
/** Whatever it is: a word that nobody knows is for the rules to judge. */
const AnyStatus = z
  .string()
  .max(LONGEST_STATUS)
  .meta({
    examples: ['approved'],
    description: 'draft, submitted, under_review, clarification, approved, rejected, certified; or a newer word.',
  })

/** A registration as the service tells it: as loose as the columns, so that one odd row does not take the others out of an answer. */
export const RegistrationView = z
  .object({
    registrationNumber: z
      .string()
      .nullable()
      .meta({ description: 'Null while none was given.', examples: ['ETH-2024-00017'] }),
    status: AnyStatus,
    organizationName: z.string(),
    registrationId: z.string().min(1).max(LONGEST_REGISTRATION_ID),
    userId: z.string().min(1),
    version: Version,
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Registration' })
export type RegistrationView = z.infer<typeof RegistrationView>

/** A registration as those read it who let accounts follow it: nothing that their columns could not hold, and nothing that they do not need. */
export const ReadRegistration = z.object({
  registrationId: RegistrationId,
  registrationNumber: z
    .union([RegistrationNumber, z.literal('')])
    .nullable()
    .meta({ description: 'Null, or empty, while none was given.' }),
  userId: UserId,
  status: AnyStatus,
  version: Version,
  updatedAt: z.iso.datetime({ offset: true }),
})
export type ReadRegistration = z.infer<typeof ReadRegistration>

/** `GET /api/registrations/number/:regNumber/status` and `GET /api/registrations/user/:userId` */
export const RegistrationAnswerBody = z.object({ success: z.literal(true), data: RegistrationView })
export type RegistrationAnswerBody = z.infer<typeof RegistrationAnswerBody>

/** `POST /api/registrations/batch/status` */
export const BatchBody = z
  .strictObject({
    registrationNumbers: z.array(RegistrationNumber).max(BATCH_MOST).optional(),
    userIds: z.array(UserId).max(BATCH_MOST).optional(),
  })
  .refine(
    ({ registrationNumbers = [], userIds = [] }) => {
      const asked = registrationNumbers.length + userIds.length
      return asked >= 1 && asked <= BATCH_MOST
    },
    { error: `must ask for 1 to ${BATCH_MOST} registrations, numbers and user ids together` },
  )
export type BatchBody = z.infer<typeof BatchBody>

const AskedNumber = z.object({ registrationNumber: z.string() })
const AskedUser = z.object({ userId: z.string() })
export const Asked = z.union([AskedNumber, AskedUser])

/** What became of one key. */
export const BatchItem = z.discriminatedUnion('result', [
  RegistrationView.extend({ result: z.literal('found'), asked: Asked }),
  z.object({ result: z.literal('notFound'), asked: Asked }),
  z.object({ result: z.literal('several'), asked: Asked, registrationIds: z.array(z.string()).min(2) }),
])
export type BatchItem = z.infer<typeof BatchItem>

/** What became of one key, as it is read: one at a time. */
export const ReadBatchItem = z.discriminatedUnion('result', [
  ReadRegistration.extend({ result: z.literal('found') }),
  z.object({ result: z.literal('notFound') }),
  z.object({ result: z.literal('several'), registrationIds: z.array(RegistrationId).min(2) }),
])
export type ReadBatchItem = z.infer<typeof ReadBatchItem>

/** What must hold for an answer to be read at all. */
export const BatchEnvelope = z.object({ success: z.literal(true), data: z.array(z.unknown()) })

/** In the order of the keys: first the numbers, then the user ids. */
export const BatchAnswerBody = z.object({ success: z.literal(true), data: z.array(BatchItem) })
export type BatchAnswerBody = z.infer<typeof BatchAnswerBody>

/** Without it "none given" is recorded. */
const OptionalReason = Reason.optional()

/** `POST /api/registrations` */
export const NewRegistrationBody = z.strictObject({
  userId: UserId,
  organizationName: OrganizationName,
  registrationNumber: RegistrationNumber.nullable().optional(),
  status: StatusWord.default('draft'),
  reason: OptionalReason,
})
export type NewRegistrationBody = z.infer<typeof NewRegistrationBody>

/** `PATCH /api/registrations/:registrationId` */
export const RegistrationChangeBody = z
  .strictObject({
    status: StatusWord.optional(),
    registrationNumber: RegistrationNumber.nullable().optional(),
    organizationName: OrganizationName.optional(),
    version: z.int().positive().optional().meta({ description: 'The version that was seen; instead of it, If-Match with the ETag.' }),
    reason: OptionalReason,
  })
  .refine((body) => body.status !== undefined || body.registrationNumber !== undefined || body.organizationName !== undefined, {
    error: 'must change at least one of status, registrationNumber, organizationName',
  })
export type RegistrationChangeBody = z.infer<typeof RegistrationChangeBody>

/** What the service pushes after every change, signed as the Standard Webhooks say. Without the organisation's name: nobody needs it there. */
export const RegistrationPush = z
  .object({
    type: z.literal('registration.changed'),
    data: ReadRegistration,
  })
  .meta({ id: 'RegistrationPush' })
export type RegistrationPush = z.infer<typeof RegistrationPush>
