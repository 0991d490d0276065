import { setTimeout as delay } from 'node:timers/promises'
import { isWriteConflict } from './database-error.ts'
import type { PrismaClient, PrismaTransaction } from './prisma.ts'

const MAX_ATTEMPTS = 5
const MAX_PAUSE_MS = 50

/** Runs a transaction, and again from its start when the database rolled it back to end a deadlock. */
export function inTransaction<T>(prisma: PrismaClient, body: (tx: PrismaTransaction) => Promise<T>): Promise<T> {
  return retryConflicts(() => prisma.$transaction(body))
}

/** For what has no effect at all when it fails with a write conflict. */
export async function retryConflicts<T>(body: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await body()
    } catch (error) {
      if (!isWriteConflict(error) || attempt === MAX_ATTEMPTS) throw error
    }
    await delay(Math.random() * MAX_PAUSE_MS)
  }
}
