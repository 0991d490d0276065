import { z } from 'zod'

/** Everything that cannot be printed, but tab and line break; and what turns the direction of a text, so that it reads as what it is not. */
const UNPRINTABLE = /[^\P{Cc}\t\n]|[\u202A-\u202E\u2066-\u2069]/u

/** Why an operator does what is about to be done: kept in the audit log. */
export const Reason = z
  .string()
  .trim()
  .refine((text) => text.length >= 1 && text.length <= 500, { error: 'must be 1 to 500 characters long' })
  .refine((text) => text.isWellFormed() && !UNPRINTABLE.test(text), { error: 'must be text that can be printed' })
  .meta({
    minLength: 1,
    maxLength: 500,
    description: 'Kept in the audit log. Name no people in it.',
    examples: ['The school was missing in the directory; it is there now.'],
  })

/** As it is recorded where nobody has to say why, and nobody did. */
export const NO_REASON = 'none given'
