import {
  lastStateOf,
  type OperationDeps,
  type ProcessDefinition,
  type Run,
  type RunQueries,
  replayRun,
  TerminalError,
} from '@rollcall/engine'
import type { CohortStore } from '@rollcall/operations'
import { assertMayReplay, type MayOrderDeps } from '../auth/may-order.ts'
import type { Operator } from '../auth/operator.ts'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import type { FindRunDeps } from './find-run.ts'

export interface RunOperations extends OperationDeps, FindRunDeps, MayOrderDeps {
  readonly queries: Pick<RunQueries, 'find' | 'history'>
  readonly processes: readonly ProcessDefinition[]
  readonly cohorts: Pick<CohortStore, 'count'>
}

/** @throws TerminalError UNKNOWN_PROCESS */
export function processOf(run: Run, { processes }: Pick<RunOperations, 'processes'>): ProcessDefinition {
  const process = processes.find(({ name }) => name === run.process)
  if (!process) throw new TerminalError(dashboardErrors.UNKNOWN_PROCESS, `It is ${run.process}.`)
  return process
}

/**
 * Replays a run as it was read, with its stored input.
 * @param fromState null: where it ended
 * @throws TerminalError as `replayRun` does; ADMIN_ONLY, UNKNOWN_PROCESS
 */
export async function replayStored(
  {
    operator,
    ...order
  }: { readonly run: Run; readonly fromState: string | null; readonly operator: Pick<Operator, 'name' | 'role'>; readonly reason: string },
  deps: RunOperations,
): Promise<Run> {
  await assertMayReplay(operator, order.run, deps)
  const process = processOf(order.run, deps)
  const lastState = lastStateOf({ run: order.run, history: await deps.queries.history(order.run.uuid) })
  return replayRun({ ...order, actor: operator.name, process, lastState, input: null }, deps)
}
