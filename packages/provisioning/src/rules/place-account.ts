// Puts an account where it belongs: its school, its classes, its licence. Used when the account is new and on every later try.
import { RetryAfterError, SystemicError, TerminalError } from '@rollcall/engine'
import type { AccountKind } from '../account-kind.ts'
import type { Directory, DirectoryCall, PlaceAnswer } from '../ports/directory.ts'

export interface AccountToPlace {
  readonly azureId: string
  readonly kind: AccountKind
  readonly schoolId: string
  readonly classIds: readonly string[]
  /** Whether an earlier try may have placed it in part: then what is there is read, and only what is missing is written. */
  readonly mayBeThere: boolean
}

/**
 * Tries every place, even if one of them fails: a missing class must not cost a pupil the others.
 * @throws the gravest error of all the places: what stops the line, what may pass, and only once the account is visible what never will
 */
export async function placeAccount(directory: Directory, account: AccountToPlace, call: DirectoryCall): Promise<PlaceAnswer> {
  const { azureId, kind, schoolId, classIds, mayBeThere } = account
  const attempts = await Promise.allSettled([
    directory.place({ azureId, placement: { kind: 'school', schoolId }, mayBeThere }, call),
    ...classIds.map((classId) => directory.place({ azureId, placement: { kind: 'class', classId, role: kind }, mayBeThere }, call)),
    directory.assignLicence({ azureId, kind }, call),
  ])
  const errors = attempts.filter((attempt) => attempt.status === 'rejected').map((attempt) => attempt.reason)
  const isVisible = attempts.every((attempt) => attempt.status === 'rejected' || attempt.value === 'placed')
  // Not seen everywhere yet, which passes: what will never be (no licence is left) must not cost it the places that it would get in a moment.
  if (!isVisible && errors.every((error) => error instanceof TerminalError)) return 'notVisible'
  if (errors.length > 0) throw gravest(errors)
  return isVisible ? 'placed' : 'notVisible'
}

/** How many writes placing takes at most: a teacher stands in two collections of each class. A later try writes only what is missing. */
export function placementWrites({ kind, classIds }: { readonly kind: AccountKind; readonly classIds: readonly string[] }): number {
  return 1 + classIds.length * (kind === 'teacher' ? 2 : 1)
}

function gravest(errors: readonly unknown[]): unknown {
  return errors.toSorted((a, b) => gravity(b) - gravity(a)).at(0)
}

/** What may pass outranks what never will: giving up is right only once nothing else is left to try. */
function gravity(error: unknown): number {
  if (error instanceof SystemicError) return 4
  if (error instanceof RetryAfterError) return 3
  if (error instanceof TerminalError) return 1
  return 2
}
