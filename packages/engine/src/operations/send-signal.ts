// Sends a signal to a run that waits for it, or that will: whoever approves, refuses or resumes does it by this. What must always hold: the sender
// is told the truth. What it is told was sent is taken, unless the run is cancelled, or its state fails for good, before that; whoever sends it again
// is told the same.
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../clock.ts'
import type { Dispatcher } from '../dispatcher.ts'
import { type ErrorCode, engineErrors, TerminalError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { Ledger } from '../ledger.ts'
import { type Notify, queueUnreachable } from '../notice.ts'
import {
  forwardTargetsOf,
  type ProcessDefinition,
  reachableFrom,
  rowOf,
  type SignalWait,
  type StateRow,
  servesCancelling,
  stateToday,
} from '../process-table.ts'
import { redact } from '../redact.ts'
import type { Run } from '../run.ts'
import { awaitedBy, type SentSignal, type Signals } from '../signals.ts'
import type { Order } from './cancel-run.ts'

/** A run moves on while it is looked at; one that always does has no time for signals. */
const MAX_RACES = 5
/** What the column of the keys holds. */
const LONGEST_KEY = 200

export interface SignalOrder extends Order {
  readonly uuid: string
  /** As the row calls it. */
  readonly name: string
  /** The sender's own: the same key is the same signal, however often it is sent. 1 to 200 characters. */
  readonly key: string
  readonly outcome: string
  /** What the row's `received` expects. @defaultValue `{}` */
  readonly payload?: JsonObject
  /** The version of the run that the sender saw: at another one it is refused, unless it was sent under the same key before. @defaultValue any */
  readonly expectedVersion?: number | undefined
}

export interface SendSignalDeps {
  readonly ledger: Pick<Ledger, 'read'>
  readonly signals: Pick<Signals, 'send' | 'find'>
  readonly dispatcher: Pick<Dispatcher, 'wake'>
  readonly processes: readonly ProcessDefinition[]
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
}

/** A row that takes the signal; `isHere`: the run stands in it. */
interface Recipient {
  readonly row: StateRow
  readonly wait: SignalWait
  readonly isHere: boolean
}

/**
 * @returns the run as it stood
 * @throws TerminalError RUN_NOT_FOUND, RUN_ENDED, NOT_WAITING, SIGNAL_UNKNOWN, SIGNAL_PAYLOAD_INVALID, SIGNAL_KEY_TAKEN; RUN_CHANGED where the run
 *   stands at another version than the sender saw, or moves on faster than it can be told. RangeError for a key that cannot be kept
 */
export async function sendSignal(order: SignalOrder, deps: SendSignalDeps): Promise<Run> {
  assertKey(order.key)
  for (let race = 1; race <= MAX_RACES; race += 1) {
    const run = await sendTo(await readRun(order, deps), order, deps)
    if (run) return run
  }
  throw new TerminalError(engineErrors.RUN_CHANGED)
}

/** Some databases would keep the beginning of a longer one, and take two signals for the same. */
function assertKey(key: string): void {
  if (key.length >= 1 && key.length <= LONGEST_KEY) return
  throw new RangeError(`The key of a signal is 1 to ${LONGEST_KEY} characters long; this one has ${key.length}.`)
}

async function readRun({ uuid }: SignalOrder, { ledger }: SendSignalDeps): Promise<Run> {
  const [run] = await ledger.read([uuid])
  if (!run) throw new TerminalError(engineErrors.RUN_NOT_FOUND)
  return run
}

/** Null: the run has moved on meanwhile, or somebody sends under the same key just now. */
async function sendTo(run: Run, order: SignalOrder, deps: SendSignalDeps): Promise<Run | null> {
  const { uuid: runUuid, name, key: senderKey, outcome, actor, reason } = order
  const known = await deps.signals.find({ runUuid, name, senderKey })
  if (known) return repeated({ run, known, order, processes: deps.processes })
  assertVersion(run, order)
  const recipient = recipientIn(run, order, deps.processes)
  if (!Object.hasOwn(recipient.row.next, outcome)) {
    throw new TerminalError(engineErrors.SIGNAL_UNKNOWN, `Expected ${Object.keys(recipient.row.next).join(' or ')}.`)
  }
  const at = deps.clock.now()
  const { stay } = awaitedBy({ runUuid, version: run.version, wait: recipient.wait })
  const result = await deps.signals.send({
    ...{ id: deps.newId(), runUuid, name, senderKey, outcome, stay, sentBy: actor, sentAt: at },
    payload: payloadFor(recipient.row, order),
    expectedVersion: run.version,
    audit: {
      ...{ id: deps.newId(), at, actor, action: 'run.signal', targetType: 'run', targetId: runUuid, reason },
      details: { signal: name, outcome, key: senderKey, state: run.state, version: run.version },
    },
  })
  if (result === 'answered') throw refused(engineErrors.NOT_WAITING, 'It has been answered already, and goes on by that.')
  if (result !== 'sent') return null
  // If the queue cannot be reached, the run finds its signal when it looks the next time.
  if (recipient.isHere) await deps.dispatcher.wake(run).catch((error: unknown) => deps.notify(queueUnreachable(error, 1)))
  return run
}

function assertVersion({ version }: Run, { expectedVersion = version }: SignalOrder): void {
  if (version !== expectedVersion) throw refused(engineErrors.RUN_CHANGED, `It stands at version ${version}, not ${expectedVersion}.`)
}

function repeated({
  run,
  known,
  order: { name, outcome, payload = {} },
  processes,
}: {
  readonly run: Run
  readonly known: SentSignal
  readonly order: SignalOrder
  readonly processes: readonly ProcessDefinition[]
}): Run {
  const rows = Object.values(processes.find((one) => one.name === run.process)?.states ?? {})
  // It was kept as a row's schema made it; which row that was, the run has perhaps forgotten.
  const read = rows.flatMap((row) => (row.signal?.name === name ? [row.received?.safeParse(payload).data ?? payload] : []))
  if (known.outcome === outcome && [payload, ...read].some((one) => isDeepStrictEqual(redact(one), known.payload))) return run
  throw new TerminalError(engineErrors.SIGNAL_KEY_TAKEN)
}

/** The row in which the run stands, or else the one that takes the signal early and that the run can still come to. */
function recipientIn(run: Run, { name }: SignalOrder, processes: readonly ProcessDefinition[]): Recipient {
  if (run.dueAt === null) throw new TerminalError(engineErrors.RUN_ENDED)
  const process = processes.find((one) => one.name === run.process)
  const state = process ? stateToday(process, run.state) : null
  if (!process || state === null) throw refused(engineErrors.NOT_WAITING, `It stands in ${run.state}, which this release does not know.`)
  if (run.cancelRequestedAt !== null && !servesCancelling(process, state)) throw refused(engineErrors.NOT_WAITING, 'It is being cancelled.')
  const here = rowOf(process, state)
  if (here.signal?.name === name) return { row: here, wait: here.signal, isHere: true }
  for (const ahead of reachableFrom(process, forwardTargetsOf(here), forwardTargetsOf)) {
    const row = rowOf(process, ahead)
    if (row.signal?.name === name && row.signal.early) return { row, wait: row.signal, isHere: false }
  }
  throw refused(engineErrors.NOT_WAITING, `It stands in ${state}${here.signal ? `, and waits for ${here.signal.name}` : ''}.`)
}

/** @throws TerminalError that names the fields, and quotes nothing: the payload may be about a person */
function payloadFor({ received }: StateRow, { payload = {} }: SignalOrder): JsonObject {
  if (!received) {
    if (Object.keys(payload).length === 0) return {}
    throw refused(engineErrors.SIGNAL_PAYLOAD_INVALID, 'It expects nothing but the answer.')
  }
  const parsed = received.safeParse(payload)
  if (parsed.success) return redact(parsed.data)
  const fields = new Set(parsed.error.issues.map(({ path }) => (path.length === 0 ? 'the payload itself' : path.join('.'))))
  throw refused(engineErrors.SIGNAL_PAYLOAD_INVALID, `Look at ${[...fields].join(', ')}.`)
}

function refused(code: ErrorCode, detail: string): TerminalError {
  return new TerminalError(code, detail)
}
