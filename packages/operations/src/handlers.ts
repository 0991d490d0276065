// What worker-sync loads. The API and the dashboard load `index.ts` instead, which knows no handler.
import { defineHandlers, type StateHandlers } from '@rollcall/engine'
import { replayCohort } from './replay-cohort/process.ts'
import { createReplayItems, type ReplayItemsPorts } from './replay-cohort/states/replay-items.ts'
import { createSelectRuns } from './replay-cohort/states/select-runs.ts'

export function createOperationsHandlers(ports: ReplayItemsPorts): StateHandlers[] {
  return [defineHandlers(replayCohort, 'sync', { SELECT_RUNS: createSelectRuns(ports), REPLAY_ITEMS: createReplayItems(ports) })]
}
