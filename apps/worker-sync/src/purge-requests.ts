import type { Database } from '@rollcall/database'
import { type Loop, startLoop, type WorkerParts } from '@rollcall/platform'

const PURGE_EVERY_MS = 600_000
/** More than this in one statement holds locks for too long. */
const REQUESTS_PER_STATEMENT = 1_000

/** Forgets requests whose repetition nobody answers any more. Their runs stay. */
export function startRequestPurge({ prisma }: Pick<Database, 'prisma'>, { clock, logger }: Pick<WorkerParts, 'clock' | 'logger'>): Loop {
  return startLoop({
    name: 'request-purge',
    everyMs: PURGE_EVERY_MS,
    pass: () => purgeRequests(prisma, clock.now()),
    logger,
  })
}

/** @returns how many were deleted */
export async function purgeRequests(prisma: Database['prisma'], now: number): Promise<number> {
  let purged = 0
  for (;;) {
    const { count } = await prisma.request.deleteMany({ where: { expiresAt: { lt: new Date(now) } }, limit: REQUESTS_PER_STATEMENT })
    purged += count
    if (count < REQUESTS_PER_STATEMENT) return purged
  }
}
