// What can come of a try, as `decide` is told it.
import type { ErrorCode } from './errors.ts'
import type { AnyAnswer } from './handler.ts'
import type { Transaction } from './ledger.ts'

export interface WorkError {
  readonly errorCode: ErrorCode
  /** The registry's sentence with its safe details. */
  readonly message: string
  /** For `throttled`: how long we were asked to wait. */
  readonly afterMs?: number
}

export type WorkResult =
  | { readonly kind: 'answer'; readonly answer: AnyAnswer }
  /** `beforeGivingUp`: as in NotYet. */
  | { readonly kind: 'notYet'; readonly afterMs: number | null; readonly beforeGivingUp?: ((tx: Transaction) => Promise<void>) | undefined }
  /** `answer`: what the handler had answered, if its answer could not be carried out. */
  | { readonly kind: 'error'; readonly error: WorkError; readonly answer?: AnyAnswer }
  /** The run was marked for cancelling before this try began. */
  | { readonly kind: 'cancelled' }
  /** The job was taken away from its worker before the try came to anything. */
  | { readonly kind: 'interrupted' }
