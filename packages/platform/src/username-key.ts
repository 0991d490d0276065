// The key from which the digits of usernames follow: how it is read, and what it is known again by.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'

/** The name of the setting, and of its fingerprint. */
export const USERNAME_KEY = 'USERNAME_KEY'

const KEY_BYTES = 32
const FINGERPRINT_BYTES = 16

/** An opaque object rather than bytes: it shows nothing when settings are printed by mistake. */
export const usernameKeySetting = z
  .string()
  .transform((text, context) => {
    const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.of()
    if (bytes.length !== KEY_BYTES) context.addIssue(`must be a key of ${KEY_BYTES} bytes in base64`)
    return createSecretKey(bytes)
  })
  .describe(
    'Key from which the digits of usernames follow, 32 bytes in base64. Make it once and keep it: a restored database finds its accounts by it, and worker-persist starts under no other.',
  )

/** Tells two keys apart, and may be read by anybody: of a key of so many random bytes it gives nothing away. Hex. */
export function fingerprintOf(key: KeyObject): string {
  // No text of a person is like it, so that no digits of a username can be read from it.
  return createHmac('sha256', key).update('fingerprint of USERNAME_KEY').digest().subarray(0, FINGERPRINT_BYTES).toString('hex')
}
