import {
  CLOSED_BY_OPERATOR,
  type Clock,
  type Closures,
  FLEET,
  type Notify,
  type ProcessDefinition,
  probeEveryMs,
  queueUnreachable,
  type ResourceGate,
} from '@rollcall/engine'
import { bodyProblems, callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { assertResource, ResourceParams, ResourceView, resourceView } from '../resources/resource-view.ts'
import { Reason } from '../runs/order.ts'

const Body = z.strictObject({ reason: Reason }).meta({ id: 'CloseResource' })

export interface CloseResourceDeps {
  readonly closures: Closures
  readonly gate: Pick<ResourceGate, 'close'>
  readonly processes: readonly ProcessDefinition[]
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
}

export function closeResource(api: Api, { clock, closures, gate, newId, notify, processes }: CloseResourceDeps): void {
  api.post(
    '/resources/:name/close',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['operations'],
        summary: 'Keep the whole fleet away from an outside system, or from all work',
        description:
          'Work that needs it waits, without spending attempts, until somebody reopens it. The resource `fleet` is what all work needs: while it is closed, requests are accepted, and workers finish what they have in hand and take up nothing new.',
        params: ResourceParams,
        body: Body,
        response: {
          200: ResourceView.meta({ description: 'Closed.' }),
          202: ResourceView.meta({ description: 'Closed in the ledger. Redis is away; workers learn of it once it is back.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409),
        },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      const { reason } = request.body
      assertResource({ name, processes })
      const at = clock.now()
      const actor = callerOf(request).name
      const closure = { resource: name, errorCode: CLOSED_BY_OPERATOR, cause: reason, closedAt: at, closedBy: actor }
      const audit = { id: newId(), at, actor, action: 'resource.close', targetType: 'resource', targetId: name, reason, details: {} }
      if (!(await closures.close(closure, audit))) throw refusal(apiErrors.RESOURCE_CLOSED_ALREADY)
      // The reason is for the audit log: what people write may name people.
      notify({ kind: 'resourceClosed', resource: name, errorCode: CLOSED_BY_OPERATOR, cause: `Closed by ${actor}.` })
      const view = resourceView({ name, closures: [closure] })
      // Workers look for the fleet's own row themselves.
      if (name === FLEET) return reply.code(200).send(view)
      try {
        await gate.close({ resource: name, probeEveryMs: probeEveryMs(closure), now: at })
        return reply.code(200).send(view)
      } catch (error) {
        // Reconcile closes the gate after the ledger's row.
        notify(queueUnreachable(error, 0))
        return reply.code(202).send(view)
      }
    },
  )
}
