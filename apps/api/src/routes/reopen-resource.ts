import {
  type Clock,
  type Closures,
  createReopen,
  type Ledger,
  type Notify,
  type ProcessDefinition,
  queueUnreachable,
  type ResourceGate,
} from '@rollcall/engine'
import { statesUsing } from '@rollcall/platform'
import { bodyProblems, callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { assertResource, ResourceParams, ResourceView, resourceView } from '../resources/resource-view.ts'
import { Reason } from '../runs/order.ts'

const Body = z.strictObject({ reason: Reason }).meta({ id: 'ReopenResource' })

export interface ReopenResourceDeps {
  readonly closures: Closures
  readonly gate: Pick<ResourceGate, 'reopen'>
  readonly ledger: Pick<Ledger, 'shiftStateSince'>
  readonly processes: readonly ProcessDefinition[]
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
}

export function reopenResource(api: Api, deps: ReopenResourceDeps): void {
  const { clock, newId, notify, processes } = deps
  const statesOf = (resource: string) => statesUsing({ resource, processes })

  api.post(
    '/resources/:name/reopen',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['operations'],
        summary: 'Let the fleet use an outside system, or work at all, again',
        description: 'What waited for it gets the lost time back. Reopening one that is open changes nothing.',
        params: ResourceParams,
        body: Body,
        response: {
          200: ResourceView.meta({ description: 'Open.' }),
          202: ResourceView.meta({ description: 'Open in the ledger. Redis is away; workers learn of it once it is back.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404),
        },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      const { reason } = request.body
      assertResource({ name, processes })
      const by = callerOf(request).name
      const audit = {
        id: newId(),
        at: clock.now(),
        actor: by,
        action: 'resource.reopen',
        targetType: 'resource',
        targetId: name,
        reason,
        details: {},
      }
      let status: 200 | 202 = 200
      async function openGate(opened: { readonly resource: string }): Promise<void> {
        try {
          await deps.gate.reopen(opened)
        } catch (error) {
          // The ledger has no row of a closure any more: reconcile opens the gate after it.
          notify(queueUnreachable(error, 0))
          status = 202
        }
      }
      await createReopen({ ...deps, gate: { reopen: openGate }, statesOf })({ resource: name, by, audit })
      return reply.code(status).send(resourceView({ name, closures: [] }))
    },
  )
}
