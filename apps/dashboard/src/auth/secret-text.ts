import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const BYTES = 32

/** 256 random bits, fit for a cookie. */
export function randomToken(): string {
  return randomBytes(BYTES).toString('base64url')
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** Takes as long for a wrong text as for a right one, whatever their lengths. */
export function isSameText(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(expected)))
}
