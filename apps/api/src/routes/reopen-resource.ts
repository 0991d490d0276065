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
import { z } from 'zod'
import type { Api } from '../api.ts'
import { callerOf } from '../plugins/authentication.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { refusal } from '../problems/problem.ts'
import { bodyProblems, keyProblems, problemResponses } from '../problems/problem-responses.ts'
import { assertResource, ResourceParams, ResourceView, resourceView } from '../resources/resource-view.ts'
import { Reason } from '../runs/order.ts'

const Body = z.strictObject({ reason: Reason }).meta({ id: 'ReopenResource' })

export interface ReopenResourceDeps {
  readonly closures: Closures
  readonly gate: ResourceGate
  readonly ledger: Pick<Ledger, 'shiftStateSince'>
  readonly processes: readonly ProcessDefinition[]
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
}

export function reopenResource(api: Api, deps: ReopenResourceDeps): void {
  const { clock, newId, notify, processes } = deps
  const gate = { ...deps.gate, reopen: openGate }
  const reopen = createReopen({ ...deps, gate, statesOf: (resource) => statesUsing({ resource, processes }) })

  api.post(
    '/resources/:name/reopen',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['operations'],
        summary: 'Let the fleet use an outside system again',
        description: 'What waited for it gets the lost time back. Reopening one that is open changes nothing.',
        params: ResourceParams,
        body: Body,
        response: { 200: ResourceView.meta({ description: 'Open.' }), ...keyProblems, ...bodyProblems, ...problemResponses(404) },
      },
    },
    async (request) => {
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
      await reopen({ resource: name, by, audit })
      return resourceView({ name, closures: [] })
    },
  )

  async function openGate(request: { readonly resource: string }): Promise<void> {
    try {
      await deps.gate.reopen(request)
    } catch (error) {
      notify(queueUnreachable(error, 0))
      const detail = 'The resource is open in the ledger, but workers cannot learn of it. Send this again once Redis is back.'
      throw refusal(apiErrors.QUEUE_UNAVAILABLE, { detail })
    }
  }
}
