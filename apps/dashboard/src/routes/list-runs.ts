import { RUN_STATUSES, type RunCursor, type RunQueries } from '@rollcall/engine'
import { CANARY_PROCESS } from '@rollcall/platform'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type RunsFilter, runsPage } from '../pages/runs-page.ts'
import { operatorOf } from '../plugins/authentication.ts'

const PER_PAGE = 50

/** What cannot be meant is left out: the page shows what it was narrowed by. */
const word = z.string().trim().min(1).max(64).optional().catch(undefined)
const Query = z.object({
  uuid: z.uuid().toLowerCase().optional().catch(undefined),
  process: word,
  state: word,
  status: z.enum(RUN_STATUSES).optional().catch(undefined),
  errorCode: word,
  schoolId: word,
  after: z
    .string()
    .regex(/^\d{1,14}_[0-9a-f-]{36}$/)
    .optional()
    .catch(undefined),
})

export function listRuns(app: FastifyInstance, { queries }: { readonly queries: Pick<RunQueries, 'list'> }): void {
  app.get('/runs', { config: { admits: 'read' } }, async (request, reply) => {
    const { uuid, after, ...asked } = Query.parse(request.query)
    if (uuid !== undefined) return reply.redirect(`/runs/${uuid}`, 303)
    const { schoolId, ...equal } = given(asked)
    const unlessAsked = asked.process === undefined && { exceptProcess: CANARY_PROCESS }
    const filter = { ...equal, ...unlessAsked, ...(schoolId !== undefined && { scopeId: schoolId }) }
    const { runs, next } = await queries.list(filter, { after: cursorOf(after), limit: PER_PAGE })
    const nextQuery = next && new URLSearchParams({ ...given(asked), after: `${next.createdAt}_${next.uuid}` }).toString()
    return reply.type('text/html; charset=utf-8').send(runsPage({ operator: operatorOf(request), filter: given(asked), runs, nextQuery }))
  })
}

type Asked = Omit<z.infer<typeof Query>, 'uuid' | 'after'>

/** Without the fields that were left empty. */
function given(asked: Asked): { [Name in keyof Asked]?: NonNullable<Asked[Name]> } & RunsFilter {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
}

function cursorOf(after: string | undefined): RunCursor | null {
  const [createdAt, uuid] = after?.split('_') ?? []
  return createdAt === undefined || uuid === undefined ? null : { createdAt: Number(createdAt), uuid }
}
