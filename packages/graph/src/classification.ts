// What an answer of Graph means, in one table: the first row that fits decides. Rows look at the status, the code, the codes in details[]
// and what the call was for. Messages are not a contract ("never branch on message"), so a row that reads one (`hint`) may only lead to a
// meaning that its caller confirms by a read: `conflict` is followed by a look-up of the account, `alreadyThere` by one of the membership.

/** What a call is for; the same refusal means different things to a create and to a placement. */
export type Purpose = 'read' | 'create' | 'place' | 'licence' | 'update'

export type Meaning =
  | 'throttled'
  | 'notTried'
  | 'unavailable'
  | 'unauthenticated'
  | 'forbidden'
  | 'tenantQuota'
  | 'objectQuota'
  | 'busy'
  | 'missing'
  | 'ambiguous'
  | 'conflict'
  | 'alreadyThere'
  | 'licenceRefused'
  | 'refusedData'
  | 'unexpected'

interface Row {
  readonly status: number | readonly [from: number, to: number]
  readonly purpose?: Purpose
  readonly code?: string
  /** A code in error.details[]. */
  readonly detail?: string
  readonly hint?: RegExp
  readonly means: Meaning
}

export const CLASSIFICATION: readonly Row[] = [
  { status: 401, means: 'unauthenticated' },
  { status: 429, means: 'throttled' },
  // Of a batch: another item failed, or the whole of it did. We make no item depend on another.
  { status: 424, means: 'notTried' },
  { status: 408, means: 'unavailable' },
  { status: [500, 599], means: 'unavailable' },

  { status: 400, purpose: 'create', detail: 'ObjectConflict', means: 'conflict' },
  { status: 400, purpose: 'create', detail: 'ConflictingObjects', means: 'conflict' },
  // Before 2023, and from some front ends still, a conflict comes without details.
  { status: 400, purpose: 'create', hint: /same value for property|conflicting object/i, means: 'conflict' },
  { status: 400, purpose: 'place', hint: /already exist|conflicting object/i, means: 'alreadyThere' },
  { status: 400, code: 'Request_MultipleObjectsWithSameKeyValue', means: 'ambiguous' },
  // Why a licence was refused is told by reading the subscriptions, not by the sentence.
  { status: 400, purpose: 'licence', code: 'Request_BadRequest', means: 'licenceRefused' },
  // Whatever else Graph dislikes about an account (name, domain, password rules), the same request is refused again.
  { status: 400, purpose: 'create', code: 'Request_BadRequest', means: 'refusedData' },
  { status: 400, purpose: 'update', code: 'Request_BadRequest', means: 'refusedData' },
  { status: 400, detail: 'InvalidValue', means: 'refusedData' },
  { status: 422, means: 'refusedData' },

  // A create adds an object to the tenant; every other write adds a link to an object that exists.
  { status: 403, purpose: 'create', code: 'Directory_QuotaExceeded', means: 'tenantQuota' },
  { status: 403, code: 'Directory_QuotaExceeded', means: 'objectQuota' },
  { status: 403, means: 'forbidden' },
  { status: 404, means: 'missing' },
  { status: 409, code: 'Directory_ConcurrencyViolation', means: 'busy' },
]

export interface Classifiable {
  readonly purpose: Purpose
  readonly status: number
  readonly code: string
  readonly details: readonly string[]
  readonly message: string
}

/** Says what a refusal means. Pure. */
export function classify(refusal: Classifiable): Meaning {
  return CLASSIFICATION.find((row) => fits({ row, refusal }))?.means ?? 'unexpected'
}

function fits({ row, refusal }: { readonly row: Row; readonly refusal: Classifiable }): boolean {
  const [from, to] = typeof row.status === 'number' ? [row.status, row.status] : row.status
  if (refusal.status < from || refusal.status > to) return false
  if (row.purpose !== undefined && row.purpose !== refusal.purpose) return false
  if (row.code !== undefined && row.code !== refusal.code) return false
  if (row.detail !== undefined && !refusal.details.includes(row.detail)) return false
  return row.hint === undefined || row.hint.test(refusal.message)
}
