// What the registration service and those who ask it have agreed on: the bodies of its three paths, of a change, and of what it pushes. What must
// always hold: a field that stands here keeps its meaning; new ones may come, so answers are read loosely and requests strictly.
import { Reason } from '@rollcall/engine'
import { z } from 'zod'

/** Numbers and user ids that one batch may ask for, together. */
export const BATCH_MOST = 100

const LONGEST_KEY = 64
/** As long as a uuid: a column, and a part of a run's subject. */
const LONGEST_REGISTRATION_ID = 36
/** Visible in some way, in any script, and of no more than a column holds. */
const Key = z
  .string()
  .max(LONGEST_KEY)
  .regex(/^(?!\s*$)[^\p{Cc}\p{Cs}]+$/u, 'must be 1 to 64 characters, not all of them blanks, without control characters')

export const RegistrationNumber = Key.meta({ examples: ['ETH-2024-00017'] })
export const UserId = Key.meta({ examples: ['6512bd43d9caa6e02c990b0a'] })
/** Open: the service may learn new words before those who ask it do. */
export const StatusWord = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a word of small letters, digits and underscores, 40 at most')
  .meta({
    examples: ['approved'],
    description: 'draft, submitted, under_review, clarification, approved, rejected, certified; or a newer word.',
  })
export const OrganizationName = z.string().trim().min(1).max(300)

/** A registration as the service tells it. */
export const RegistrationView = z
  .object({
    registrationNumber: z
      .string()
      .nullable()
      .meta({ description: 'Null while none was given.', examples: ['ETH-2024-00017'] }),
    status: StatusWord,
    organizationName: z.string(),
    registrationId: z.string().min(1).max(LONGEST_REGISTRATION_ID),
    userId: z.string().min(1),
    version: z.int().positive().meta({ description: 'Grows with every change.' }),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Registration' })
export type RegistrationView = z.infer<typeof RegistrationView>

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
const Asked = z.union([AskedNumber, AskedUser])

/** What became of one key. */
export const BatchItem = z.discriminatedUnion('result', [
  RegistrationView.extend({ result: z.literal('found'), asked: Asked }),
  z.object({ result: z.literal('notFound'), asked: Asked }),
  z.object({ result: z.literal('several'), asked: Asked, registrationIds: z.array(z.string()).min(2) }),
])
export type BatchItem = z.infer<typeof BatchItem>

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
    data: RegistrationView.omit({ organizationName: true }),
  })
  .meta({ id: 'RegistrationPush' })
export type RegistrationPush = z.infer<typeof RegistrationPush>
