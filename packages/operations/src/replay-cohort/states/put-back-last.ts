import {
  type Clock,
  type Dispatcher,
  type Ledger,
  type Notify,
  type ProcessDefinition,
  queueUnreachable,
  stateToday,
} from '@rollcall/engine'
import type { CohortStore } from '../../ports/cohort-store.ts'

export interface PutBackLastPorts {
  readonly cohorts: Pick<CohortStore, 'items'>
  readonly ledger: Pick<Ledger, 'read'>
  readonly dispatcher: Pick<Dispatcher, 'restore'>
  readonly clock: Clock
  readonly notify: Notify
  readonly processes: readonly ProcessDefinition[]
}

/**
 * An earlier try ended after a replay was committed and perhaps before its job was enqueued: the job of the last run that was replayed is put
 * back now, not when reconcile comes by.
 */
export async function putBackLast(cohortUuid: string, ports: PutBackLastPorts): Promise<void> {
  // The newest go first, so the oldest was the last.
  const [last] = await ports.cohorts.items({ cohortUuid, outcome: 'replayed', after: null, limit: 1 })
  const [run] = last ? await ports.ledger.read([last.runUuid]) : []
  const process = ports.processes.find(({ name }) => name === run?.process)
  const state = run && process ? stateToday(process, run.state) : null
  if (!run || run.dueAt === null || state === null) return
  const { uuid, version, priority, dueAt } = run
  const delayMs = Math.max(0, dueAt - ports.clock.now())
  await ports.dispatcher
    .restore([{ process: run.process, state, uuid, version, priority, delayMs, again: true }])
    .catch((error: unknown) => ports.notify(queueUnreachable(error, 1)))
}
