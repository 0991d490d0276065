import { z } from 'zod'

// What we read of Graph's answers, and no more.

export const Created = z.object({ id: z.string().min(1) })
export const IdPage = z.object({ value: z.array(z.object({ id: z.string().min(1) })), '@odata.nextLink': z.string().optional() })

const Marked = z.object({ externalId: z.string().nullish() }).nullish()
/** An unreadable date is no reason to lose the account over. */
const DateTime = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .nullable()
  .catch(null)
export const User = z.object({
  id: z.string().min(1),
  userPrincipalName: z.string(),
  employeeId: z.string().nullish(),
  createdDateTime: DateTime,
})
export const EducationUser = z.object({ id: z.string().min(1), userPrincipalName: z.string(), student: Marked, teacher: Marked })

const nextLink = z.url().optional()
export const UserPage = z.object({ value: z.array(User.omit({ createdDateTime: true })), '@odata.nextLink': nextLink })
export const EducationUserPage = z.object({ value: z.array(EducationUser), '@odata.nextLink': nextLink })

export const LicenceState = z.object({
  usageLocation: z.string().nullish(),
  assignedLicenses: z.array(z.object({ skuId: z.string() })).default([]),
})
export const Skus = z.object({
  value: z.array(z.object({ skuId: z.string(), consumedUnits: z.number(), prepaidUnits: z.object({ enabled: z.number() }) })),
})
