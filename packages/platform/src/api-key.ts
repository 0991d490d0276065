import { createHash, randomBytes } from 'node:crypto'

const KEY_BYTES = 32

/**
 * Makes a key for somebody of this role: `rk_<the role's first letter>_<32 random bytes>`, so that one found lying about can be told for
 * what it is. It is shown once; only its hash is kept.
 */
export function createApiKey(role: string): { readonly key: string; readonly hash: string } {
  const key = `rk_${role.slice(0, 1)}_${randomBytes(KEY_BYTES).toString('base64url')}`
  return { key, hash: hashApiKey(key) }
}

/**
 * What the database keeps of a key and finds it by: SHA-256, hex. A key is 256 random bits, so neither salt nor slow hashing would add
 * anything, and no comparison needs constant time: the look-up compares hashes, and a caller cannot steer the hash of a guess towards one
 * that he has learnt a part of.
 */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex')
}
