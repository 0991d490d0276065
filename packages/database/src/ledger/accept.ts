import type { AcceptedRequest, AcceptInput, AcceptResult, JsonObject } from '@rollcall/engine'
import { isUniqueViolation } from '../database-error.ts'
import type { PrismaClient, PrismaTransaction } from '../prisma.ts'
import { inTransaction } from '../transaction.ts'
import type { LedgerContext } from './context.ts'
import { insertRuns } from './insert-runs.ts'
import { parseJson } from './run-row.ts'

const MAX_RACES = 10

/**
 * Insert first, ask afterwards: nearly every request is new. Whoever loses a race against the same request, or the same natural key, starts
 * again and finds the winner's rows.
 */
export async function accept({ prisma }: LedgerContext, input: AcceptInput): Promise<AcceptResult> {
  for (let race = 1; ; race++) {
    try {
      return await inTransaction(prisma, (tx) => insert(tx, input))
    } catch (error) {
      if (!isUniqueViolation(error) || race === MAX_RACES) throw error
    }
    const known = input.request && (await findRequest(prisma, input.request))
    if (known) return known
  }
}

async function insert(tx: PrismaTransaction, { groupUuid, request, runs }: AcceptInput): Promise<AcceptResult> {
  if (request) {
    const { caller, key, bodyHash, items, createdAt, expiresAt } = request
    await tx.request.create({
      data: {
        caller,
        key,
        bodyHash,
        groupUuid,
        items: JSON.stringify(items),
        createdAt: new Date(createdAt),
        expiresAt: new Date(expiresAt),
      },
    })
  }
  return { kind: 'accepted', runs: await insertRuns(tx, runs) }
}

/** Null: there is none any more, or it had expired and is now out of the way. */
async function findRequest(prisma: PrismaClient, { caller, key, bodyHash, createdAt }: AcceptedRequest): Promise<AcceptResult | null> {
  const known = await prisma.request.findUnique({ where: { caller_key: { caller, key } } })
  if (!known) return null
  if (known.expiresAt.getTime() <= createdAt) {
    await prisma.request.deleteMany({ where: { caller, key, expiresAt: known.expiresAt } })
    return null
  }
  if (known.bodyHash !== bodyHash) return { kind: 'conflict' }
  return { kind: 'repeated', groupUuid: known.groupUuid, items: parseJson<JsonObject[]>(known.items) }
}
