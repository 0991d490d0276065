// Signals as rows. What must always hold: whoever sends one locks the run's row first, as every transition does, so that of a signal and a change of
// the run one comes after the other and sees it.
import { type Awaited, LIVE_STATUSES, type SendResult, type SentSignal, type Signals, type SignalToSend } from '@rollcall/engine'
import { insertAudit } from '../audit-log.ts'
import { parseJson } from '../ledger/run-row.ts'
import { type PrismaClient, type PrismaTransaction, unwrapTransaction } from '../prisma.ts'
import { inTransaction, retryConflicts } from '../transaction.ts'

export function createSignals(prisma: PrismaClient): Signals {
  return {
    send: (signal) => inTransaction(prisma, (tx) => send(tx, signal)),

    find: ({ runUuid, name, senderKey }) =>
      retryConflicts(async () => {
        const row = await prisma.runSignal.findUnique({ where: { runUuid_name_senderKey: { runUuid, name, senderKey } } })
        return row && sentOf(row)
      }),

    next: (awaited, tx) => (tx ? next(unwrapTransaction(tx), awaited) : retryConflicts(() => next(prisma, awaited))),

    async take(tx, { id, version }) {
      const { count } = await unwrapTransaction(tx).runSignal.updateMany({ where: { id, takenBy: null }, data: { takenBy: version } })
      if (count === 0) throw new Error(`The signal ${id} is not there to be taken.`)
    },
  }
}

async function send(tx: PrismaTransaction, { expectedVersion, audit, payload, sentAt, ...signal }: SignalToSend): Promise<SendResult> {
  const { runUuid, name, senderKey, stay } = signal
  const { count } = await tx.run.updateMany({
    where: { uuid: runUuid, version: expectedVersion, status: { in: [...LIVE_STATUSES] } },
    data: { updatedAt: new Date(sentAt) },
  })
  if (count === 0) return 'changed'
  if (await tx.runSignal.findUnique({ where: { runUuid_name_senderKey: { runUuid, name, senderKey } } })) return 'repeated'
  if (stay !== null && (await next(tx, signal))) return 'answered'
  await tx.runSignal.create({ data: { ...signal, payload: JSON.stringify(payload), sentAt: new Date(sentAt) } })
  await insertAudit(tx, audit)
  return 'sent'
}

async function next(client: PrismaTransaction, { runUuid, name, stay }: Awaited): Promise<SentSignal | null> {
  const row = await client.runSignal.findFirst({ where: { runUuid, name, stay, takenBy: null }, orderBy: { id: 'asc' } })
  return row && sentOf(row)
}

interface SignalRow extends Omit<SentSignal, 'payload' | 'sentAt'> {
  readonly payload: string
  readonly sentAt: Date
}

function sentOf({ id, outcome, payload, sentBy, sentAt }: SignalRow): SentSignal {
  return { id, outcome, payload: parseJson(payload), sentBy, sentAt: sentAt.getTime() }
}
