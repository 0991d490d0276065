import {
  engineErrors,
  lastStateOf,
  type OperationDeps,
  type ProcessDefinition,
  type Run,
  type RunQueries,
  replayRun,
  TerminalError,
} from '@rollcall/engine'
import { dashboardErrors } from '../problems/dashboard-errors.ts'

export interface RunOperations extends OperationDeps {
  readonly queries: Pick<RunQueries, 'find' | 'history'>
  readonly processes: readonly ProcessDefinition[]
}

/** @throws TerminalError RUN_NOT_FOUND */
export async function findRun(uuid: string, { queries }: Pick<RunOperations, 'queries'>): Promise<Run> {
  const run = await queries.find(uuid)
  if (!run) throw new TerminalError(engineErrors.RUN_NOT_FOUND)
  return run
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
 * @throws TerminalError as `replayRun` does; UNKNOWN_PROCESS
 */
export async function replayStored(
  order: { readonly run: Run; readonly fromState: string | null; readonly actor: string; readonly reason: string },
  deps: RunOperations,
): Promise<Run> {
  const process = processOf(order.run, deps)
  const lastState = lastStateOf({ run: order.run, history: await deps.queries.history(order.run.uuid) })
  return replayRun({ ...order, process, lastState, input: null }, deps)
}
