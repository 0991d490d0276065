// The digits in a username. They follow from the person under a key that only worker-persist holds: whoever was given a name gets the same one
// again where SQL has forgotten it, so that the account which stands under it is found and adopted, and nobody without the key can tell from
// a name whose it is.
import { createHmac, type KeyObject } from 'node:crypto'
import type { AccountKind } from '../account-kind.ts'

const DIGITS = 8
/** Of the code's bytes: far more than the digits need, so that all of them are equally likely, and no more than a number holds. */
const BYTES = 6

export interface DigitsAsked {
  readonly personId: string
  readonly kind: AccountKind
  /** Which of the person's names: 0 for the first, the next ones where that is taken. */
  readonly nth: number
}

export type UsernameDigits = (asked: DigitsAsked) => string

/** @param key never exchanged: another one gives other names, and what SQL has forgotten is not found again */
export function createUsernameDigits(key: KeyObject): UsernameDigits {
  return ({ personId, kind, nth }) => {
    // None of the three can hold the separator: no two persons share a text.
    const code = createHmac('sha256', key).update(`${kind}:${personId}:${nth}`).digest()
    return String(code.readUIntBE(0, BYTES) % 10 ** DIGITS).padStart(DIGITS, '0')
  }
}
