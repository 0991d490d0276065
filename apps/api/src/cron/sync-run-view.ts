import type { Run, RunEvent, ScheduleDefinition } from '@rollcall/engine'
import { HealthReport, type SyncRun } from '@rollcall/status-sync'
import { z } from 'zod'
import { EventView, isoOf, viewOf } from '../runs/run-view.ts'
import { Rested } from './job-view.ts'
import { reportOf } from './run-result.ts'
import { RUN_WORDS, standingOfRun } from './standing.ts'

const time = z.iso.datetime()
const count = z.int().nonnegative()

const Counters = z
  .object({
    ...{ scanned: count, unchanged: count, toChange: count, fromActive: count, toActive: count, toPending: count },
    ...{ toSuspended: count, toClosed: count, skippedManual: count, skippedUnknown: count, stale: count, held: count },
    ...{ notRegistered: count, findings: count, inDoubt: count, applied: count, conflicted: count, failed: count },
  })
  .meta({ id: 'SyncCounters', description: 'How many accounts came to what.' })

export const JobRunSummary = z
  .object({
    uuid: z.string(),
    job: z.string().meta({ examples: ['userStatusSync'] }),
    trigger: z.enum(['schedule', 'manual']),
    requestedBy: z.string(),
    reason: z.string().nullable().meta({ description: 'Null where the clock started it.' }),
    dryRun: z.boolean().meta({ description: 'It decides, and changes nothing.' }),
    stands: z.enum(RUN_WORDS).meta({ description: 'Where it stands, or how it ended, in one word.' }),
    state: z.string().meta({ examples: ['DECIDE'] }),
    version: z.int(),
    paused: Rested.nullable().meta({ description: 'Why it rests, and since when.' }),
    startedAt: time,
    endedAt: time.nullable(),
    heartbeatAt: time.nullable().meta({ description: 'When its latest batch was written.' }),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    counters: Counters.nullable().meta({ description: 'Null before it has looked at the first account, and for health checks.' }),
  })
  .meta({ id: 'JobRunSummary' })
export type JobRunSummary = z.infer<typeof JobRunSummary>

const Overrun = z.object({ direction: z.string(), changes: z.int(), limit: z.int() })

export const JobRun = z
  .object({
    ...JobRunSummary.shape,
    config: z.record(z.string(), z.unknown()).meta({ description: 'The configuration that it runs with, as it was when it began.' }),
    batches: z.int().nullable(),
    overruns: z.array(Overrun).meta({ description: 'The limits that it would pass: why it waits for an approval.' }),
    report: HealthReport.nullable().meta({ description: 'What a health check found.' }),
    history: z.array(EventView).meta({ description: 'In the order in which it happened.' }),
  })
  .meta({ id: 'JobRun' })
export type JobRun = z.infer<typeof JobRun>

/** What every schedule of ours begins its runs with. */
const Input = z.object({
  trigger: z.enum(['schedule', 'manual']),
  reason: z.string().nullable(),
  dryRun: z.boolean().default(false),
  config: z.record(z.string(), z.json()),
})

export function inputOf({ input }: Pick<Run, 'input'>): z.infer<typeof Input> {
  return Input.parse(input)
}

export interface FoundRun {
  readonly run: Run
  readonly definition: ScheduleDefinition
  readonly sync: SyncRun | undefined
  readonly history: readonly RunEvent[]
}

export function jobRunSummaryOf({ run, definition, sync, history }: FoundRun): JobRunSummary {
  const { trigger, reason, dryRun } = inputOf(run)
  const { word, rest } = standingOfRun({ run, process: definition.process, isPauseAsked: Boolean(sync?.pauseAskedBy), history })
  const { uuid, state, version, requestedBy, errorCode, errorMessage } = run
  return {
    ...{ uuid, job: definition.name, trigger, requestedBy, reason, dryRun, stands: word, state, version },
    paused: rest && { since: isoOf(rest.since), code: rest.code },
    startedAt: isoOf(run.createdAt),
    endedAt: run.dueAt === null ? isoOf(run.stateSince) : null,
    heartbeatAt: sync ? isoOf(sync.heartbeatAt) : null,
    ...{ errorCode, errorMessage },
    counters: sync?.counters ?? null,
  }
}

export function jobRunOf(found: FoundRun): JobRun {
  const { run, sync, history } = found
  return {
    ...jobRunSummaryOf(found),
    config: sync?.config ?? inputOf(run).config,
    batches: sync?.batches ?? null,
    overruns: overrunsOf(run),
    report: reportOf(run),
    history: viewOf({ run, history }).objectHistory,
  }
}

function overrunsOf({ result }: Run): z.infer<typeof Overrun>[] {
  return z.object({ overruns: z.array(Overrun) }).safeParse(result.DECIDE).data?.overruns ?? []
}
