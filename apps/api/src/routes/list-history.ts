import { type Clock, EVENT_STATUSES, type FleetEvent, type FleetEventFilter, type RunQueries } from '@rollcall/engine'
import { keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { runCursor } from '../runs/cursor.ts'
import { isoOf } from '../runs/run-view.ts'

/** An event is written a little after it happened: what is younger than this may have older neighbours still to come. */
const SETTLED_MS = 2_000
/** How far back a look goes, the first one and one from an old cursor: a filter that finds nothing must not walk through years. */
const FURTHEST_BACK_MS = 3_600_000

const word = z.string().min(1).max(64)

const Query = z.strictObject({
  after: runCursor.param('The `nextCursor` of the page before. Left out: the newest events of the last hour.'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  process: word.optional().meta({ examples: ['account-create'] }),
  state: word.optional().meta({ examples: ['POLL_USER_CREATE'] }),
  errors: z.stringbool().optional().meta({ type: 'boolean', description: 'Only events that carry an error code.' }),
})

const Event = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    runUuid: z.string(),
    process: z.string().nullable().meta({ description: 'Null where the run is gone already.' }),
    state: z.string(),
    operationType: z.string(),
    status: z.enum(EVENT_STATUSES),
    version: z.int(),
    attempt: z.int(),
    durationMs: z.int().nullable(),
    count: z.int().nullable().meta({ description: 'How many looks a not_yet row stands for.' }),
    errorCode: z.string().nullable(),
  })
  .meta({ id: 'FleetEvent' })

const EventList = z
  .object({
    events: z.array(Event).meta({ description: 'Oldest first.' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Hand it in as `after` to learn what came later. Null where nothing has happened.' }),
  })
  .meta({ id: 'FleetEventList' })

export interface ListHistoryDeps {
  readonly queries: Pick<RunQueries, 'latestEvents'>
  readonly clock: Clock
}

export function listHistory(api: Api, { queries, clock }: ListHistoryDeps): void {
  api.get(
    '/history',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['runs'],
        summary: 'Follow what happens to all runs',
        description:
          'Events of the last hour, two seconds after they happened, without what was sent and received. A page may hold fewer events than `limit` although there are more: go on with `nextCursor`, which stays the same while nothing happens.',
        querystring: Query,
        response: { 200: EventList, ...keyProblems, ...problemResponses(400) },
      },
    },
    async ({ query }) => {
      const after = runCursor.decode(query.after)
      const now = clock.now()
      const { events, next } = await queries.latestEvents(filterOf(query), {
        after: after && { createdAt: after.createdAt, id: after.uuid },
        from: now - FURTHEST_BACK_MS,
        to: now - SETTLED_MS,
        limit: query.limit,
      })
      return { events: events.map(viewOf), nextCursor: next && runCursor.encode({ createdAt: next.createdAt, uuid: next.id }) }
    },
  )
}

function filterOf({ process, state, errors }: z.infer<typeof Query>): FleetEventFilter {
  return { ...(process !== undefined && { process }), ...(state !== undefined && { state }), ...(errors !== undefined && { errors }) }
}

function viewOf({ createdAt, ...event }: FleetEvent): z.infer<typeof Event> {
  return { ...event, createdAt: isoOf(createdAt) }
}
