import { bodyProblems, callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import { ACCOUNT_KINDS, StudentCreateBody } from '@rollcall/provisioning'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { Reason } from '../runs/order.ts'
import { RunSummary, summaryOf } from '../runs/run-view.ts'
import { type BeginReleaseDeps, beginRelease } from '../unfinished/begin-release.ts'

const Params = z.object({
  personId: StudentCreateBody.shape.personId,
  kind: z.enum(ACCOUNT_KINDS),
})

const Body = z.strictObject({ reason: Reason }).meta({ id: 'ReleaseReservation' })

export function releaseUnfinished(api: Api, deps: BeginReleaseDeps): void {
  api.post(
    '/accounts/unfinished/:personId/:kind/release',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['accounts'],
        summary: 'Give up the name that was reserved for an account that was never made',
        description:
          'Looks for the name in the directory for eight minutes; if nothing of ours is there, burns it and erases its password. After that the person can have an account of another kind. Follow the run at `Location`; asked again, the same run is answered.',
        params: Params,
        body: Body,
        response: {
          202: RunSummary.meta({ description: 'The run that gives the name up.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409),
        },
      },
    },
    async (request, reply) => {
      const order = { ...request.params, actor: callerOf(request).name, reason: request.body.reason }
      const run = await beginRelease(order, deps)
      return reply.code(202).header('location', `/azure-data-sync/${run.uuid}`).send(summaryOf(run))
    },
  )
}
