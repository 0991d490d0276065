import type { Clock } from '../clock.ts'
import type { Dispatcher } from '../dispatcher.ts'
import { engineErrors, TerminalError } from '../errors.ts'
import type { Ledger } from '../ledger.ts'
import { type Notify, queueUnreachable } from '../notice.ts'
import type { Run } from '../run.ts'

/** An operator's order: who gave it, and why. */
export interface Order {
  readonly actor: string
  readonly reason: string
}

export interface OperationDeps {
  readonly ledger: Pick<Ledger, 'requestCancel' | 'replay'>
  readonly dispatcher: Pick<Dispatcher, 'wake' | 'enqueue'>
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
}

/**
 * Marks a run for cancelling; it is honoured before the next try of its state begins. Work that is under way is not interrupted.
 * @throws TerminalError RUN_NOT_FOUND, RUN_ENDED
 */
export async function cancelRun({ uuid, actor, reason }: { readonly uuid: string } & Order, deps: OperationDeps): Promise<Run> {
  const at = deps.clock.now()
  const audit = {
    id: deps.newId(),
    at,
    actor,
    action: 'run.cancel',
    targetType: 'run',
    targetId: uuid,
    reason,
    details: {},
  }
  const run = await deps.ledger.requestCancel({ uuid, at, audit })
  if (!run) throw new TerminalError(engineErrors.RUN_NOT_FOUND)
  if (run.cancelRequestedAt === null || run.dueAt === null) throw new TerminalError(engineErrors.RUN_ENDED)
  // A run that waits for its next look need not wait for that. If the queue cannot be reached it will: the mark is in the ledger.
  await deps.dispatcher.wake(run).catch((error: unknown) => deps.notify(queueUnreachable(error, 1)))
  return run
}
