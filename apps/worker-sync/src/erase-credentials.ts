import { type Loop, startLoop, type WorkerParts } from '@rollcall/platform'
import type { Credentials } from '@rollcall/provisioning'

const ERASE_EVERY_MS = 600_000
/** A fleet that starts may have been away for long. */
const FIRST_AFTER_MS = 2_000
/** More than this in one statement holds locks for too long. */
const PER_STATEMENT = 500
const DAY_MS = 86_400_000

type Erasing = Pick<Credentials, 'eraseExpired'>

/** Erases initial passwords that nobody has collected in the time for which they are kept. */
export function startCredentialErasure(
  { credentials, keptDays }: { readonly credentials: Erasing; readonly keptDays: number },
  { clock, logger }: Pick<WorkerParts, 'clock' | 'logger'>,
): Loop {
  return startLoop({
    name: 'credential-erasure',
    everyMs: ERASE_EVERY_MS,
    firstAfterMs: FIRST_AFTER_MS,
    async pass() {
      const erased = await eraseCredentials({ credentials, keptDays, now: clock.now() })
      if (erased > 0) logger.info({ erased, keptDays }, 'initial passwords were erased that nobody had collected')
    },
    logger,
  })
}

/** @returns how many were erased */
export async function eraseCredentials({
  credentials,
  keptDays,
  now,
}: {
  readonly credentials: Erasing
  readonly keptDays: number
  readonly now: number
}): Promise<number> {
  let erased = 0
  for (;;) {
    const count = await credentials.eraseExpired({ before: now - keptDays * DAY_MS, at: now, limit: PER_STATEMENT })
    erased += count
    if (count < PER_STATEMENT) return erased
  }
}
