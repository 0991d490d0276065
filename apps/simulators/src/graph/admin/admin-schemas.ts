/* Bodies of the admin endpoints. In-process callers hand in the same shapes. */
import { z } from 'zod'

const Id = z.string().min(1)
const Ms = z.number().min(0)

export const SeedBody = z.strictObject({
  schools: z
    .array(z.strictObject({ externalId: Id, displayName: z.string().optional(), schoolNumber: z.string().optional(), id: Id.optional() }))
    .default([]),
  classes: z
    .array(z.strictObject({ externalId: Id, schoolExternalId: Id.optional(), displayName: z.string().optional(), id: Id.optional() }))
    .default([]),
  users: z
    .array(
      z.strictObject({
        userPrincipalName: z.string().includes('@'),
        /** Written to student.externalId or teacher.externalId by the role; without a role to employeeId. */
        marker: z.string().optional(),
        primaryRole: z.enum(['student', 'teacher']).optional(),
        displayName: z.string().optional(),
        accountEnabled: z.boolean().default(true),
        usageLocation: z.string().length(2).optional(),
        id: Id.optional(),
      }),
    )
    .default([]),
  skus: z.array(z.strictObject({ skuPartNumber: z.string().min(1), skuId: z.guid().optional(), enabled: z.int().min(0) })).default([]),
})

export const LagBody = z.union([
  /** The distribution for every write from now on. */
  z.strictObject({ minMs: Ms, maxMs: Ms }).refine(({ minMs, maxMs }) => minMs <= maxMs, 'minMs must not be above maxMs'),
  /** Hides one object, by id or user principal name: the one that is there, or else the next that is created so. */
  z.strictObject({ hide: Id, ms: Ms, replicas: z.array(z.int().min(0)).optional() }),
])

const Bucket = z.strictObject({ perWindow: z.number().positive(), windowMs: z.number().positive() })
export const ThrottleBody = z.strictObject({ enabled: z.boolean().optional(), resourceUnits: Bucket.optional(), writes: Bucket.optional() })

export type SeedInput = z.input<typeof SeedBody>
export type LagInput = z.input<typeof LagBody>
export type ThrottleInput = z.input<typeof ThrottleBody>
