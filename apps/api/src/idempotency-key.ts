import { RETENTION } from '@rollcall/platform'
import { z } from 'zod'

const DAY_MS = 86_400_000
const { days } = RETENTION.requests
/** For how long a repetition is known. */
export const REQUEST_KEPT_MS = days * DAY_MS

export const IdempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters')
    .optional()
    .meta({
      description: `Makes a repetition harmless for ${days} days: the same key with the same body begins nothing and answers the same uuids with their state of today.`,
      examples: ['7c1e2f9a-roster-2026-09-01'],
    }),
})

/** The header of an answer that repeats an earlier one. */
export const IDEMPOTENCY_REPLAYED = { 'idempotency-replayed': 'true' } as const
