import type { KeyObject } from 'node:crypto'
import type { KeyFingerprints } from '@rollcall/database'
import { type Clock, CodedError } from '@rollcall/engine'
import { fingerprintOf, platformErrors, USERNAME_KEY } from '@rollcall/platform'

/** So much of a fingerprint tells keys apart for a reader. */
const SHOWN = 8

/**
 * Holds the key to the one that the database was begun with; the first that is ever used is recorded.
 * @throws CodedError USERNAME_KEY_EXCHANGED; whatever a database throws that does not answer
 */
export async function assertUsernameKey({
  keyFingerprints,
  key,
  clock,
}: {
  readonly keyFingerprints: Pick<KeyFingerprints, 'keep'>
  readonly key: KeyObject
  readonly clock: Clock
}): Promise<void> {
  const own = { setting: USERNAME_KEY, fingerprint: fingerprintOf(key), recordedAt: clock.now(), recordedBy: 'worker-persist' }
  const kept = await keyFingerprints.keep(own)
  if (kept.fingerprint === own.fingerprint) return
  const since = new Date(kept.recordedAt).toISOString()
  throw new CodedError(
    platformErrors.USERNAME_KEY_EXCHANGED,
    [
      `Its fingerprint begins with ${own.fingerprint.slice(0, SHOWN)}; the database has known ${kept.fingerprint.slice(0, SHOWN)} since ${since}.`,
      'Under another key a person whom a restored database has forgotten gets another name, and so a second account.',
      'Put the key back; after a restore, the one of the time of the backup. Only where that is lost or known to others:',
      '`pnpm rollcall username-key exchange` (docs/operations.md, "Exchange USERNAME_KEY").',
    ].join(' '),
  )
}
