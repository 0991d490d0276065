import { z } from 'zod'
import { JobResult } from './run-result.ts'
import { JOB_WORDS } from './standing.ts'

const time = z.iso.datetime()
const rate = z
  .number()
  .nullable()
  .meta({ examples: [0.95] })

/** Of so many latest runs. */
export const LATEST_RUNS = 20

export const Rested = z
  .object({
    since: time,
    code: z.string().meta({ description: 'PAUSED_BY_OPERATOR, OVER_LIMIT, or the error code of what does not answer.' }),
  })
  .meta({ id: 'RunRest' })

export const JobView = z
  .object({
    name: z.string().meta({ examples: ['userStatusSync'] }),
    description: z.string(),
    schedule: z.string().meta({ description: 'Minute, hour, day of month, month, day of week.', examples: ['0 */2 * * *'] }),
    timeZone: z.string().meta({ examples: ['UTC'] }),
    sentence: z.string().meta({ description: 'What the schedule really means.' }),
    nextFireTimes: z.array(time).meta({ description: 'The next five; none while it is disabled.' }),
    enabled: z.boolean().meta({ description: 'Whether the clock starts it.' }),
    isRunning: z.boolean().meta({ description: 'Whether a run of it is going, resting ones included.' }),
    isCurrentlyExecuting: z.boolean().meta({ description: 'Whether a worker has that run, or is about to.' }),
    state: z.enum(JOB_WORDS).meta({ description: 'All of the above in one word.' }),
    runUuid: z.string().nullable().meta({ description: 'The run that is going.' }),
    paused: Rested.nullable().meta({ description: 'Why that run rests, and since when.' }),
    lastRun: time.nullable().meta({ description: 'When the latest run began.' }),
    lastRunUuid: z.string().nullable(),
    lastResult: JobResult.nullable().meta({ description: 'Of the latest run that has ended.' }),
    runCount: z.int().meta({ description: 'Runs that the ledger still keeps; older ones are in the archive.' }),
    errorCount: z.int().meta({ description: 'Those of them that failed.' }),
    partialCount: z.int().meta({ description: 'Those that did not do all of what was asked.' }),
    successRate: z
      .object({
        latestRuns: rate.meta({ description: `Of the latest ${LATEST_RUNS} runs.` }),
        sevenDays: rate.meta({ description: 'Of the runs of the last seven days.' }),
      })
      .meta({ description: 'succeeded / (succeeded + partial + failed); null where no run has ended.' }),
    itemErrorRate: rate.meta({
      description: `Changes that could not be applied, of the accounts that the latest ${LATEST_RUNS} runs looked at; null where they looked at none.`,
    }),
    version: z.int().meta({ description: 'Of its settings; grows with every change.' }),
  })
  .meta({ id: 'Job' })
export type JobView = z.infer<typeof JobView>
