// The engine's own handlers of the states that wait for a signal. What must always hold: a signal is taken by the transition that it leads to,
// and by no other; no deadline gives a run up while a signal for it stands, not even one that was sent while it passed. A run whose looks keep
// failing is given up as in any state, when its tries are used up, whether a signal stands or not.
import { engineErrors, TerminalError } from './errors.ts'
import { type AnyHandler, CameAfterAllError, type StateHandlers } from './handler.ts'
import type { ProcessDefinition, SignalWait, StateRow } from './process-table.ts'
import type { WorkerName } from './run.ts'
import { awaitedBy, type Signals } from './signals.ts'

/** The handlers of one worker's signal states, for `createWorkers`; a process without any is left out. */
export function createSignalHandlers({
  processes,
  worker,
  signals,
}: {
  readonly processes: readonly ProcessDefinition[]
  readonly worker: WorkerName
  readonly signals: Pick<Signals, 'next' | 'take'>
}): StateHandlers[] {
  return processes.flatMap((process) => {
    const handlers = Object.entries(process.states).flatMap(([state, row]): [string, AnyHandler][] =>
      row.worker === worker && row.signal ? [[state, createSignalHandler({ row, wait: row.signal, signals })]] : [],
    )
    return handlers.length === 0 ? [] : [{ process, worker, handlers: Object.fromEntries(handlers) }]
  })
}

function createSignalHandler({
  row,
  wait,
  signals,
}: {
  readonly row: StateRow
  readonly wait: SignalWait
  readonly signals: Pick<Signals, 'next' | 'take'>
}): AnyHandler {
  return async ({ uuid, version }) => {
    const awaited = awaitedBy({ runUuid: uuid, version, wait })
    const sent = await signals.next(awaited)
    if (sent === null)
      return {
        notYet: true,
        beforeGivingUp: async (tx) => {
          if (await signals.next(awaited, tx)) throw new CameAfterAllError(`The signal ${wait.name} came as its deadline passed.`)
        },
      }
    const { id, outcome, payload, sentBy, sentAt } = sent
    // Sent while another release was at work, whose row had it.
    if (!Object.hasOwn(row.next, outcome)) throw new TerminalError(engineErrors.SIGNAL_UNKNOWN, `It was sent as ${outcome}.`)
    return {
      outcome,
      submitted: { signal: wait.name, outcome, sentBy, sentAt: new Date(sentAt).toISOString() },
      ...(row.received && { received: payload }),
      write: (tx) => signals.take(tx, { id, version }),
    }
  }
}
