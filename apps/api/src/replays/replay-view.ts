// A cohort as the API shows it: the order, and what became of its runs.
import { RUN_STATUSES, type Run, type RunStatus } from '@rollcall/engine'
import { type CohortItem, type CohortOutcomes, ReplayCohortInput } from '@rollcall/operations'
import { z } from 'zod'
import { isoOf } from '../runs/run-view.ts'
import { ReplayFilter, replayFilterOf } from './replay-body.ts'

export const ITEM_OUTCOMES = ['pending', 'replayed', 'refused'] as const satisfies readonly CohortItem['outcome'][]

const time = z.iso.datetime().meta({ examples: ['2026-09-01T07:30:00.000Z'] })

export const ReplayView = z
  .object({
    uuid: z.string(),
    state: z.string().meta({ examples: ['REPLAY_ITEMS'] }),
    status: z.enum(RUN_STATUSES),
    completion: z.enum(['full', 'partial']).nullable().meta({ description: 'partial: some were refused.' }),
    filter: ReplayFilter,
    fromState: z.string().nullable(),
    reason: z.string(),
    requestedBy: z.string(),
    createdAt: time,
    updatedAt: time,
    cancelRequestedAt: time.nullable(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    count: z.int().meta({ description: 'How many were ordered.' }),
    selected: z.int().meta({ description: 'How many are written down so far.' }),
    outcomes: z.object({ pending: z.int(), replayed: z.int(), refused: z.int() }),
    refusals: z.array(z.object({ errorCode: z.string(), count: z.int() })),
    replayedNow: z
      .object({ live: z.int(), completed: z.int(), failed: z.int(), cancelled: z.int(), gone: z.int() })
      .meta({ description: 'Where the replayed runs stand today. `failed`: again. `gone`: no longer in the ledger.' }),
  })
  .meta({ id: 'ReplayView' })

export const ReplayItem = z
  .object({
    runUuid: z.string(),
    outcome: z.enum(ITEM_OUTCOMES),
    errorCode: z
      .string()
      .nullable()
      .meta({ examples: ['RUN_KEY_TAKEN'] }),
    detail: z.string().nullable(),
    at: time.nullable(),
    run: z
      .object({
        uuid: z.string(),
        process: z.string(),
        state: z.string(),
        status: z.enum(RUN_STATUSES),
        completion: z.enum(['full', 'partial']).nullable(),
        errorCode: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'As it stands today; null where it is no longer in the ledger.' }),
  })
  .meta({ id: 'ReplayItem' })

export function replayViewOf({ run, outcomes }: { readonly run: Run; readonly outcomes: CohortOutcomes }): z.infer<typeof ReplayView> {
  const { filter, fromState, reason, actor, count } = ReplayCohortInput.parse(run.input)
  const { uuid, state, status, completion, errorCode, errorMessage, createdAt, updatedAt, cancelRequestedAt } = run
  const of = (outcome: CohortItem['outcome']) => sumOf(outcomes.items.filter((one) => one.outcome === outcome))
  const now = (...statuses: readonly (RunStatus | null)[]) => sumOf(outcomes.replayed.filter((one) => statuses.includes(one.status)))
  return {
    uuid,
    state,
    status,
    completion,
    filter: replayFilterOf(filter),
    fromState,
    reason,
    requestedBy: actor,
    createdAt: isoOf(createdAt),
    updatedAt: isoOf(updatedAt),
    cancelRequestedAt: cancelRequestedAt === null ? null : isoOf(cancelRequestedAt),
    errorCode,
    errorMessage,
    count,
    selected: sumOf(outcomes.items),
    outcomes: { pending: of('pending'), replayed: of('replayed'), refused: of('refused') },
    refusals: outcomes.items
      .flatMap((one) => (one.errorCode === null ? [] : [{ errorCode: one.errorCode, count: one.count }]))
      .sort((a, b) => b.count - a.count),
    replayedNow: {
      live: now('new', 'in_progress', 'polling', 'waiting'),
      completed: now('completed'),
      failed: now('failed'),
      cancelled: now('cancelled'),
      gone: now(null),
    },
  }
}

export function replayItemOf({ item, run }: { readonly item: CohortItem; readonly run: Run | undefined }): z.infer<typeof ReplayItem> {
  const { runUuid, outcome, errorCode, detail, at } = item
  return { runUuid, outcome, errorCode, detail, at: at === null ? null : isoOf(at), run: run ? todayOf(run) : null }
}

function todayOf({ uuid, process, state, status, completion, errorCode }: Run) {
  return { uuid, process, state, status, completion, errorCode }
}

function sumOf(counted: readonly { readonly count: number }[]): number {
  return counted.reduce((sum, { count }) => sum + count, 0)
}
