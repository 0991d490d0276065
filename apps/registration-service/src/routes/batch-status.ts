import type { RegistrationRecord, RegistrationStore } from '@rollcall/database'
import { bodyProblems, type HttpApp, keyProblems } from '@rollcall/platform/http'
import { BatchAnswerBody, BatchBody, type BatchItem } from '@rollcall/registrations'
import { idsOf } from '../registrations/only-one.ts'
import { viewOf } from '../registrations/view.ts'

/** One statement per kind of key, however many keys there are. */
export function batchStatus(
  app: HttpApp,
  { registrations }: { readonly registrations: Pick<RegistrationStore, 'findByNumbers' | 'findByUsers'> },
): void {
  app.post(
    '/api/registrations/batch/status',
    {
      config: { access: 'ask', breakable: true },
      schema: { body: BatchBody, response: { 200: BatchAnswerBody, ...keyProblems, ...bodyProblems } },
    },
    async (request) => {
      const { registrationNumbers = [], userIds = [] } = request.body
      const [numbered, owned] = await Promise.all([
        registrationNumbers.length > 0 ? registrations.findByNumbers([...new Set(registrationNumbers)]) : [],
        userIds.length > 0 ? registrations.findByUsers([...new Set(userIds)]) : [],
      ])
      const byNumber = Map.groupBy(numbered, ({ registrationNumber }) => registrationNumber)
      const byUser = Map.groupBy(owned, ({ userId }) => userId)
      return {
        success: true as const,
        data: [
          ...registrationNumbers.map((registrationNumber) => itemOf({ registrationNumber }, byNumber.get(registrationNumber))),
          ...userIds.map((userId) => itemOf({ userId }, byUser.get(userId))),
        ],
      }
    },
  )
}

function itemOf(asked: BatchItem['asked'], found: readonly RegistrationRecord[] = []): BatchItem {
  const [one] = found
  if (!one) return { result: 'notFound', asked }
  if (found.length > 1) return { result: 'several', asked, registrationIds: idsOf(found) }
  return { ...viewOf(one), result: 'found', asked }
}
