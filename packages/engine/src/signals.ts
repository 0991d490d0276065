// The engine's port to the signals that were sent to runs: rows of SQL, so that no signal is lost with the queue. What must always hold:
//   - a signal and whatever changes its run both lock the run's row first, then look for each other: one that was sent is taken, or the run had
//     left the state before, and the sender was told so;
//   - the same sender's key is one signal, however often it is sent;
//   - a signal is taken in the transaction that moves its run on, by one version of it.
import type { JsonObject } from './json.ts'
import type { AuditEntry, Transaction } from './ledger.ts'
import type { SignalWait } from './process-table.ts'
import type { EpochMs } from './run.ts'

export interface SentSignal {
  /** UUIDv7: the oldest is taken first. */
  readonly id: string
  /** One that its row's `next` lists. */
  readonly outcome: string
  /** As the row's `received` says, redacted; `{}` where it says nothing. */
  readonly payload: JsonObject
  readonly sentBy: string
  readonly sentAt: EpochMs
}

export interface SignalToSend extends SentSignal {
  readonly runUuid: string
  /** As the row calls it. */
  readonly name: string
  /** Unique for the run and the name. */
  readonly senderKey: string
  /** The version that was read: it is sent only while this still stands and the run lives. */
  readonly expectedVersion: number
  /** The stay that it is for, as the version of the run that stands waiting; null where it may come early. */
  readonly stay: number | null
  readonly audit: AuditEntry
}

/**
 * `answered`: another one was sent to this stay, and is about to be taken. `changed`: the run has moved on, or has ended, since it was read.
 * Neither leaves anything behind.
 */
export type SendResult = 'sent' | 'repeated' | 'answered' | 'changed'

/** Which signals a state waits for. */
export interface Awaited {
  readonly runUuid: string
  readonly name: string
  /** As SignalToSend.stay. */
  readonly stay: number | null
}

export interface Signals {
  /** Writes a signal with its audit row, in one transaction that locks the run's row first. */
  send(signal: SignalToSend): Promise<SendResult>
  /** The signal that was sent under this key, taken or not. */
  find(key: Pick<SignalToSend, 'runUuid' | 'name' | 'senderKey'>): Promise<SentSignal | null>
  /** The oldest that nobody has taken. @param tx the transaction to look in, where it must not be overtaken */
  next(awaited: Awaited, tx?: Transaction): Promise<SentSignal | null>
  /** Marks it as taken, in the transaction that moves the run on from this version. @throws Error where another version has taken it */
  take(tx: Transaction, signal: { readonly id: string; readonly version: number }): Promise<void>
}

/** What a run of this version waits for in a row with this signal. */
export function awaitedBy({
  runUuid,
  version,
  wait,
}: {
  readonly runUuid: string
  readonly version: number
  readonly wait: SignalWait
}): Awaited {
  return { runUuid, name: wait.name, stay: wait.early ? null : version }
}
