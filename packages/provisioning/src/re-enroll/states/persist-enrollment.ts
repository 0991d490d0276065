import type { HandlerOf } from '@rollcall/engine'
import type { AccountStore } from '../../ports/account-store.ts'
import type { ReEnroll } from '../process.ts'

export function createPersistEnrollment({ accounts }: { readonly accounts: AccountStore }): HandlerOf<ReEnroll, 'ENROLLMENT_PERSIST'> {
  return async ({ input, now }) => ({
    outcome: 'persisted',
    write: (tx) => accounts.setEnrollmentStatus(tx, { personId: input.personId, status: 'ENROLLED', at: now }),
  })
}
