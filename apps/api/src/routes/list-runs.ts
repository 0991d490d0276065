import { type ArchiveFilter, type PersonReads, personsIn, type RunArchive } from '@rollcall/database'
import { RUN_STATUSES, type Run, type RunFilter, type RunQueries } from '@rollcall/engine'
import { CANARY_PROCESS } from '@rollcall/platform'
import { callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { maySee } from '../auth/access.ts'
import { NextCursor } from '../paging/create-page-cursor.ts'
import { readerOf } from '../persons/reader-of.ts'
import { runCursor } from '../runs/cursor.ts'
import { RunSummary, summaryOf } from '../runs/run-view.ts'
import { Time } from '../runs/times.ts'

const word = z.string().min(1).max(64)
const uuid = z.uuid().toLowerCase()

/** What the archive has indexes for. */
const IN_ARCHIVE = ['personId', 'schoolId', 'groupUuid', 'createdFrom', 'createdTo'] as const
const NOT_IN_ARCHIVE = ['state', 'status', 'process', 'errorCode'] as const

const Query = z
  .strictObject({
    state: word.optional().meta({ examples: ['FAILED'] }),
    status: z.enum(RUN_STATUSES).optional(),
    process: word.optional().meta({ examples: ['account-create'] }),
    groupUuid: uuid.optional(),
    personId: word.optional(),
    schoolId: word.optional(),
    errorCode: word.optional(),
    createdFrom: Time.optional().meta({ description: 'From this time on.' }),
    createdTo: Time.optional().meta({ description: 'Before this time.' }),
    archived: z
      .stringbool()
      .default(false)
      .meta({ type: 'boolean', description: `List the archive instead. It takes no filter but ${IN_ARCHIVE.join(', ')}.` }),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: runCursor.param(),
  })
  .check(({ value, issues }) => {
    if (!value.archived) return
    for (const name of NOT_IN_ARCHIVE)
      if (value[name] !== undefined)
        issues.push({ code: 'custom', path: [name], input: value[name], message: 'must be left out where archived is true' })
  })

const RunList = z
  .object({
    runs: z.array(RunSummary),
    nextCursor: NextCursor,
  })
  .meta({ id: 'RunList' })

export interface ListRunsDeps {
  readonly queries: Pick<RunQueries, 'list'>
  readonly archive: Pick<RunArchive, 'list'>
  readonly personReads: Pick<PersonReads, 'note' | 'noteList'>
}

export function listRuns(api: Api, { queries, archive, personReads }: ListRunsDeps): void {
  api.get(
    '/azure-data-sync',
    {
      config: { access: 'read' },
      schema: {
        tags: ['runs'],
        summary: 'List runs, newest first',
        description:
          'Every filter narrows; the canary, by which the fleet looks at itself, is listed by its name only. Go on with `nextCursor` until it is null. An upstream system sees its own runs only. Whoever lists runs of people is noted in the audit log.',
        querystring: Query,
        response: { 200: RunList, ...keyProblems, ...problemResponses(400) },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { archived, limit } = request.query
      const filter = { ...filterOf(request.query), ...(caller.role === 'upstream' && { requestedBy: caller.name }) }
      const page = { after: runCursor.decode(request.query.cursor), limit }
      const { runs, next } = await (archived ? archive.list(forArchive(filter), page) : queries.list(filter, page))
      await noteRead({ request, runs, personReads })
      // The database may compare names less strictly than we do.
      return { runs: runs.filter((run) => maySee(caller, run)).map(summaryOf), nextCursor: next && runCursor.encode(next) }
    },
  )
}

/** With what the list was narrowed by, whichever page of it this is. */
async function noteRead({
  request,
  runs,
  personReads,
}: {
  readonly request: FastifyRequest<{ Querystring: z.infer<typeof Query> }>
  readonly runs: readonly Run[]
  readonly personReads: ListRunsDeps['personReads']
}): Promise<void> {
  const shown = runs.filter((run) => personsIn(run).length > 0)
  if (shown.length === 0) return
  const { personId, limit: _limit, cursor: _cursor, ...narrowed } = request.query
  if (personId !== undefined) return personReads.note({ ...readerOf(request, shown), personIds: [personId] })
  await personReads.noteList({ ...readerOf(request, shown, narrowed), list: request.routeOptions.url ?? '' })
}

function filterOf(query: z.infer<typeof Query>): RunFilter {
  const { process, state, status, groupUuid, personId, schoolId, errorCode, createdFrom, createdTo } = query
  return {
    // The fleet looks at itself twice a minute; whoever wants to see that says so.
    ...(process === undefined ? { exceptProcess: CANARY_PROCESS } : { process }),
    ...(state !== undefined && { state }),
    ...(status !== undefined && { status }),
    ...(groupUuid !== undefined && { groupUuid }),
    ...(personId !== undefined && { subjectId: personId }),
    ...(schoolId !== undefined && { scopeId: schoolId }),
    ...(errorCode !== undefined && { errorCode }),
    ...(createdFrom !== undefined && { createdFrom: Date.parse(createdFrom) }),
    ...(createdTo !== undefined && { createdTo: Date.parse(createdTo) }),
  }
}

/** The others are refused before. */
function forArchive({
  process: _process,
  exceptProcess: _except,
  state: _state,
  status: _status,
  errorCode: _code,
  ...filter
}: RunFilter): ArchiveFilter {
  return filter
}
