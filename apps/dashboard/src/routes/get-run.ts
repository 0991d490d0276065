import { type PersonReads, personsIn } from '@rollcall/database'
import {
  type ErrorCode,
  isErased,
  lastStateOf,
  type ProcessDefinition,
  type Run,
  type RunEvent,
  replayableState,
  stateToday,
} from '@rollcall/engine'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { mayOrder, mayReplay } from '../auth/may-order.ts'
import type { DashboardDeps } from '../dashboard-deps.ts'
import { type RunPage, runPage } from '../pages/run-page.ts'
import { operatorOf } from '../plugins/authentication.ts'
import { findRun, isArchived } from '../runs/find-run.ts'

const ORDERS_SHOWN = 20

export const RunParams = z.object({ uuid: z.uuid().toLowerCase() })
const Query = z.object({ done: z.enum(['replayed', 'cancelling']).optional().catch(undefined) })

const DONE = {
  replayed: 'The run starts again.',
  cancelling: 'The run will be cancelled before its next try; work under way is not interrupted.',
} as const

export interface RunPageDeps
  extends Pick<DashboardDeps, 'queries' | 'archive' | 'audit' | 'cohorts' | 'processes' | 'scheduleDefinitions' | 'errorCodes' | 'clock'> {
  readonly personReads: Pick<PersonReads, 'note'>
}

export function getRun(app: FastifyInstance, deps: RunPageDeps): void {
  app.get('/runs/:uuid', { config: { admits: 'read' } }, async (request, reply) => {
    const { uuid } = RunParams.safeParse(request.params).data ?? { uuid: '' }
    const { done } = Query.parse(request.query)
    return sendRunPage({ request, reply, uuid, said: done ? { kind: 'done', words: DONE[done] } : null }, deps)
  })
}

/** @throws TerminalError RUN_NOT_FOUND */
export async function sendRunPage(
  {
    request,
    reply,
    uuid,
    said,
  }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly uuid: string; readonly said: RunPage['said'] },
  { queries, archive, audit, cohorts, processes, scheduleDefinitions, errorCodes, clock, personReads }: RunPageDeps,
): Promise<FastifyReply> {
  const operator = operatorOf(request)
  const run = await findRun(uuid, { queries, archive })
  const details = { route: request.routeOptions.url ?? '', app: 'dashboard' }
  const { name: actor, role } = operator
  await personReads.note({ actor, role, requestedBy: [run.requestedBy], details, personIds: personsIn(run) })
  const [kept, orders] = await Promise.all([
    isArchived(run) ? [] : queries.history(uuid),
    audit.list({ targetType: 'run', targetId: uuid, limit: ORDERS_SHOWN }),
  ])
  // A run may be put away between two looks; its history goes with it.
  const history = kept.length > 0 ? kept : await archive.history(uuid)
  const process = processes.find(({ name }) => name === run.process)
  const states = process && !isArchived(run) ? replayableStates({ process, run, history }) : []
  const mayAtAll = mayOrder(operator, run, { scheduleDefinitions })
  const page = runPage({
    operator,
    run,
    mayOrder: mayAtAll,
    // Asked only where it makes a difference: it counts the runs that a cohort means.
    mayReplay: mayAtAll && (states.length === 0 || (await mayReplay(operator, run, { cohorts, scheduleDefinitions }))),
    history,
    orders,
    archivedAt: isArchived(run) ? run.archivedAt : null,
    replayableStates: states,
    codeOf: (code): ErrorCode | undefined => errorCodes.find((one) => one.code === code),
    now: clock.now(),
    said,
  })
  return reply.type('text/html; charset=utf-8').send(page)
}

/** The state in which it ended comes first. */
function replayableStates({
  process,
  run,
  history,
}: {
  readonly process: ProcessDefinition
  readonly run: Run
  readonly history: readonly RunEvent[]
}): string[] {
  if ((run.status !== 'failed' && run.status !== 'cancelled') || isErased(run)) return []
  const lastState = lastStateOf({ run, history })
  const endedIn = stateToday(process, lastState)
  const others = Object.keys(process.states).filter((state) => state !== endedIn)
  const allowed = others.filter((fromState) => replayableState({ process, lastState, fromState }) !== null)
  return endedIn === null ? allowed : [endedIn, ...allowed]
}
