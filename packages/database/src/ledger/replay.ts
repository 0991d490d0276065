import { LIVE_STATUSES, type ReplayInput, type ReplayResult } from '@rollcall/engine'
import { insertAudit } from '../audit-log.ts'
import { isUniqueViolation } from '../database-error.ts'
import { type PrismaTransaction, wrapTransaction } from '../prisma.ts'
import { inTransaction } from '../transaction.ts'
import type { LedgerContext } from './context.ts'
import { type RunRow, rowOfEvent, runOfRow } from './run-row.ts'

const MAX_RACES = 5

/** Starts an ended run again, unless another run of the same natural key lives, or completed after this one had ended. */
export async function replay({ prisma }: LedgerContext, input: ReplayInput): Promise<ReplayResult> {
  for (let race = 1; ; race++) {
    try {
      return await inTransaction(prisma, (tx) => attempt(tx, input))
    } catch (error) {
      // A run of this key was accepted in between: look again, it is there now.
      if (!isUniqueViolation(error) || race === MAX_RACES) throw error
    }
  }
}

async function attempt(tx: PrismaTransaction, input: ReplayInput): Promise<ReplayResult> {
  const { uuid, expectedVersion, state, status = 'in_progress', liveKey, subjectName, scopeId, priority, event, audit } = input
  const before = await tx.run.findUnique({ where: { uuid } })
  if (!before || before.version !== expectedVersion || before.dueAt !== null) return { kind: 'changed' }
  const byUuid = await findTaker(tx, { liveKey, uuid, endedAt: before.updatedAt })
  if (byUuid) return { kind: 'taken', byUuid }
  const at = new Date(input.at)
  const replayed = {
    state,
    status,
    completion: null,
    version: expectedVersion + 1,
    attempt: 0,
    dueAt: at,
    inputArgs: JSON.stringify(input.input),
    errorCode: null,
    errorMessage: null,
    liveKey,
    naturalKey: liveKey,
    subjectName,
    scopeId,
    openScopeId: scopeId,
    priority: priority ?? before.priority,
    cancelRequestedAt: null,
    stateSince: at,
    updatedAt: at,
  }
  const { count } = await tx.run.updateMany({ where: { uuid, version: expectedVersion }, data: replayed })
  if (count === 0) return { kind: 'changed' }
  await tx.runEvent.create({ data: rowOfEvent(event, (ms) => new Date(ms)) })
  await insertAudit(tx, audit)
  await input.write?.(wrapTransaction(tx))
  return { kind: 'replayed', run: runOfRow({ ...before, ...replayed } satisfies RunRow) }
}

async function findTaker(
  tx: PrismaTransaction,
  { liveKey, uuid, endedAt }: { liveKey: string; uuid: string; endedAt: Date },
): Promise<string | null> {
  const taker = await tx.run.findFirst({
    where: {
      naturalKey: liveKey,
      uuid: { not: uuid },
      OR: [{ status: { in: [...LIVE_STATUSES] } }, { status: 'completed', updatedAt: { gte: endedAt } }],
    },
    select: { uuid: true },
  })
  return taker?.uuid ?? null
}
