import { cancelRun } from '@rollcall/engine'
import { bodyProblems, callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { pathOfRun } from '../cron/begin-job.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findGoingJobRun, findJobRun, readWhole } from '../cron/find-job-run.ts'
import { APPROVAL } from '../cron/job-signals.ts'
import { answerRun, pauseRun, type RunOrder, resumeRun } from '../cron/pause-and-resume.ts'
import { JobRunSummary, jobRunSummaryOf } from '../cron/sync-run-view.ts'
import { RunParams } from '../runs/find-run.ts'
import { Reason } from '../runs/order.ts'

const Body = z.strictObject({ reason: Reason }).meta({ id: 'JobRunOrder' })
const AnswerBody = z
  .strictObject({
    reason: Reason,
    expectedVersion: z
      .int()
      .min(1)
      .optional()
      .meta({
        description:
          'The `version` of the run that was seen. The answer is then for that stay alone: sent again it changes nothing, also where the run waits once more by then. Left out: for whatever the run waits for now.',
        examples: [7],
      }),
  })
  .meta({ id: 'JobRunAnswer' })

interface Verb {
  readonly summary: string
  readonly description: string
  /** Those that answer what a run waits for may say which stay they mean. */
  readonly body: typeof Body | typeof AnswerBody
  readonly carryOut: (order: RunOrder, deps: CronDeps) => Promise<unknown>
}

/** What may be ordered about a run of a job. The answer shows the run as it stands right afterwards: a worker takes the order up in its own time. */
const VERBS: Readonly<Record<'pause' | 'resume' | 'cancel' | 'approve' | 'refuse', Verb>> = {
  pause: {
    summary: 'Pause a run',
    description: 'It rests behind the batch that is just being written, with its cursor. Asking twice changes nothing.',
    body: Body,
    carryOut: pauseRun,
  },
  resume: {
    summary: 'Let a run go on that rests, or was asked to',
    description: 'From its cursor. What was decided before the rest is looked up again before it is applied.',
    body: AnswerBody,
    carryOut: resumeRun,
  },
  cancel: {
    summary: 'Cancel a run',
    description: 'Honoured behind the batch that is just being written. What was applied stays applied.',
    body: Body,
    carryOut: ({ run: { uuid }, actor, reason }, deps) => cancelRun({ uuid, actor, reason }, deps),
  },
  approve: {
    summary: 'Let a run apply its changes although they are more than its limits allow',
    description: 'Look at its items first. What the registrations say by now is looked up again before anything is applied.',
    body: AnswerBody,
    carryOut: ({ definition: _, ...order }, deps) => answerRun({ ...order, signal: APPROVAL, outcome: 'approved' }, deps),
  },
  refuse: {
    summary: 'Keep a run from applying its changes',
    description: 'It ends, and changes nothing.',
    body: AnswerBody,
    carryOut: ({ definition: _, ...order }, deps) => answerRun({ ...order, signal: APPROVAL, outcome: 'refused' }, deps),
  },
}

export function orderJobRun(api: Api, deps: CronDeps): void {
  for (const [verb, { summary, description, body, carryOut }] of Object.entries(VERBS)) {
    api.post(
      `/api/cron/runs/:uuid/${verb}`,
      {
        config: { access: 'administer' },
        schema: {
          ...{ tags: ['jobs'], summary, description, params: RunParams, body },
          response: {
            202: JobRunSummary.meta({ description: 'Ordered.' }),
            ...keyProblems,
            ...bodyProblems,
            ...problemResponses(404, 409),
          },
        },
      },
      async (request, reply) => {
        const { uuid } = request.params
        const found = await findGoingJobRun(uuid, deps)
        await carryOut({ ...found, actor: callerOf(request).name, ...request.body }, deps)
        const now = await readWhole(await findJobRun(uuid, deps), deps)
        return reply.code(202).header('location', pathOfRun(uuid)).send(jobRunSummaryOf(now))
      },
    )
  }
}
