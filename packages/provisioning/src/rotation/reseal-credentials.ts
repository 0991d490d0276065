// Exchanging the keys that seal initial passwords. What must always hold: a password is never lost by it. What cannot be opened is left as it
// is and counted, what changed meanwhile is left to whoever changed it, and a rotation that was broken off is simply begun again.
import type { Credentials, SealedCredential } from '../ports/credentials.ts'
import type { RotatingSealer } from '../ports/sealer.ts'
import { passwordContext } from '../rules/initial-password.ts'

const PER_BATCH = 500

export interface ResealCounts {
  readonly looked: number
  readonly resealed: number
  /** Under the first key already. */
  readonly current: number
  /** Collected, erased or sealed anew meanwhile. */
  readonly changed: number
  /** The key that sealed them is not configured, or they were tampered with. */
  readonly unreadable: number
}

export interface RotationPorts {
  readonly credentials: Pick<Credentials, 'listSealed' | 'reseal'>
  readonly sealer: RotatingSealer
}

/** Seals everything anew that is not under the first key. @param onBatch told the counts so far */
export async function resealCredentials({
  credentials,
  sealer,
  onBatch,
  signal,
}: RotationPorts & { readonly onBatch?: (soFar: ResealCounts) => void; readonly signal?: AbortSignal }): Promise<ResealCounts> {
  const [firstKey] = sealer.keyIds
  let counts: ResealCounts = { looked: 0, resealed: 0, current: 0, changed: 0, unreadable: 0 }
  for await (const batch of batches(credentials)) {
    signal?.throwIfAborted()
    const old = batch.filter(({ sealedPassword }) => sealer.keyIdOf(sealedPassword) !== firstKey)
    const changes = old.flatMap((credential) => resealed(sealer, credential))
    const exchanged = changes.length > 0 ? await credentials.reseal(changes) : 0
    counts = {
      looked: counts.looked + batch.length,
      resealed: counts.resealed + exchanged,
      current: counts.current + batch.length - old.length,
      changed: counts.changed + changes.length - exchanged,
      unreadable: counts.unreadable + old.length - changes.length,
    }
    onBatch?.(counts)
  }
  return counts
}

/** How many passwords are sealed under each key: those configured, and whatever else is found. A key with none can be taken away. */
export async function countSealedByKey({
  credentials,
  sealer,
}: {
  readonly credentials: Pick<Credentials, 'listSealed'>
  readonly sealer: Pick<RotatingSealer, 'keyIds' | 'keyIdOf'>
}): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>(sealer.keyIds.map((keyId) => [keyId, 0]))
  for await (const batch of batches(credentials)) {
    for (const { sealedPassword } of batch) {
      const keyId = sealer.keyIdOf(sealedPassword) ?? 'unknown'
      counts.set(keyId, (counts.get(keyId) ?? 0) + 1)
    }
  }
  return counts
}

async function* batches(credentials: Pick<Credentials, 'listSealed'>): AsyncGenerator<readonly SealedCredential[]> {
  let after: SealedCredential | null = null
  for (;;) {
    const batch: readonly SealedCredential[] = await credentials.listSealed({ after, limit: PER_BATCH })
    if (batch.length > 0) yield batch
    after = batch.at(-1) ?? null
    if (batch.length < PER_BATCH) return
  }
}

/** Empty where it cannot be opened: that is counted, and whoever has the missing key can seal it anew later. */
function resealed(sealer: RotatingSealer, credential: SealedCredential): (SealedCredential & { readonly resealed: string })[] {
  const context = passwordContext(credential)
  const plain = opened(sealer, { sealed: credential.sealedPassword, context })
  return plain === null ? [] : [{ ...credential, resealed: sealer.seal({ plain, context }) }]
}

function opened(sealer: RotatingSealer, secret: { readonly sealed: string; readonly context: string }): string | null {
  try {
    return sealer.open(secret)
  } catch {
    return null
  }
}
