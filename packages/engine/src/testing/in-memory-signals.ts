// The signals in memory, beside the runs of the ledger in memory. They pass the same contract suite as the ones over SQL.
import type { AuditEntry } from '../ledger.ts'
import type { Awaited, SentSignal, Signals } from '../signals.ts'
import type { KeptSignal, MemoryTables, MemoryTransaction } from './memory-tables.ts'

export interface InMemorySignals extends Signals {
  readonly audits: readonly AuditEntry[]
}

export function createInMemorySignals({ runs, signals, changing }: MemoryTables): InMemorySignals {
  const audits: AuditEntry[] = []

  function standing({ runUuid, name, stay }: Awaited): KeptSignal | undefined {
    return [...signals.values()]
      .filter((one) => one.runUuid === runUuid && one.name === name && one.stay === stay && one.takenBy === null)
      .sort((a, b) => (a.id < b.id ? -1 : 1))[0]
  }

  function known({ runUuid, name, senderKey }: Parameters<Signals['find']>[0]): KeptSignal | undefined {
    return [...signals.values()].find((one) => one.runUuid === runUuid && one.name === name && one.senderKey === senderKey)
  }

  return {
    audits,

    async send({ expectedVersion, audit, ...signal }) {
      for (let over = changing.get(signal.runUuid); over; over = changing.get(signal.runUuid)) await over
      const run = runs.get(signal.runUuid)
      if (run?.version !== expectedVersion || run.dueAt === null) return 'changed'
      if (known(signal)) return 'repeated'
      if (signal.stay !== null && standing(signal)) return 'answered'
      runs.set(run.uuid, { ...run, updatedAt: signal.sentAt })
      signals.set(signal.id, { ...signal, takenBy: null })
      audits.push(audit)
      return 'sent'
    },

    async find(key) {
      return sentOf(known(key))
    },

    async next(awaited) {
      return sentOf(standing(awaited))
    },

    async take({ transaction }, { id, version }) {
      const signal = signals.get(id)
      if (signal?.takenBy !== null) throw new Error(`The signal ${id} is not there to be taken.`)
      undoOf(transaction).push(() => signals.set(id, signal))
      signals.set(id, { ...signal, takenBy: version })
    },
  }
}

/** Only the ledger in memory makes the transactions that it is given. */
function undoOf(transaction: unknown): MemoryTransaction['undo'] {
  return (transaction as MemoryTransaction).undo
}

function sentOf(signal: KeptSignal | undefined): SentSignal | null {
  if (!signal) return null
  const { id, outcome, payload, sentBy, sentAt } = signal
  return { id, outcome, payload, sentBy, sentAt }
}
