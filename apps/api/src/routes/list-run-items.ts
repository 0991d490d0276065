import { Readable } from 'node:stream'
import { keyProblems, problemResponses } from '@rollcall/platform/http'
import type { SyncItem } from '@rollcall/status-sync'
import { z } from 'zod'
import type { Api } from '../api.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJobRun, type JobRunFound } from '../cron/find-job-run.ts'
import { itemsHeader, itemsLines, sentenceOf } from '../cron/items-file.ts'
import { ITEM_OUTCOMES, type SeenItem, seenItemOf, storedAs } from '../cron/seen-items.ts'
import { RunParams } from '../runs/find-run.ts'
import { isoOf } from '../runs/run-view.ts'

/** A long list is written as fast as its reader reads. */
const DOWNLOAD_TIMEOUT_MS = 600_000
const ITEMS_PER_PAGE_OF_FILE = 500

const columns = z.record(z.string(), z.unknown())

export const SyncItemView = z
  .object({
    userId: z.string(),
    action: z.enum(['update', 'hold', 'skip', 'finding']),
    reasonCode: z.string().meta({ examples: ['MAP_REJECTED'] }),
    reason: z.string().meta({ description: 'The code’s sentence.' }),
    before: columns,
    after: columns.nullable().meta({ description: 'Null where nothing is to change.' }),
    registration: columns.nullable().meta({ description: 'As the registration service told it.' }),
    outcome: z.enum(ITEM_OUTCOMES).meta({
      description:
        'noted: nothing is to be applied, as in every dry run. refused: an approval of its run was refused. notApplied: its run was cancelled or failed before; a replay of it takes it up again.',
    }),
    attempt: z.int(),
    errorCode: z.string().nullable(),
    decidedAt: z.iso.datetime(),
    settledAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SyncItem' })
export type SyncItemView = z.infer<typeof SyncItemView>

const Query = z.strictObject({
  outcome: z.enum(ITEM_OUTCOMES).optional(),
  after: z.string().min(1).max(64).optional().meta({ description: 'The `nextAfter` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  format: z.enum(['json', 'csv']).optional().meta({ description: 'csv: all of it as a file, as with `Accept: text/csv`.' }),
})

const SyncItems = z
  .object({
    items: z.array(SyncItemView),
    nextAfter: z.string().nullable().meta({ description: 'Where the next page begins; null on the last one.' }),
  })
  .meta({ id: 'SyncItemList' })

/** Sent as it is. */
const File = z.custom<Readable>().meta({ type: 'string' })

export function listRunItems(api: Api, deps: Pick<CronDeps, 'queries' | 'archive' | 'syncRuns' | 'scheduleDefinitions'>): void {
  api.get(
    '/api/cron/runs/:uuid/items',
    {
      config: { access: 'observe' },
      handlerTimeout: DOWNLOAD_TIMEOUT_MS,
      schema: {
        tags: ['jobs'],
        summary: 'See the changes and findings of a run, account by account',
        description: [
          'In the order of the userIds, page by page; go on with `nextAfter` until it is null. What agreed with its registration leaves no item.',
          'As CSV it is the whole list in one file: of a dry run, the differences that a real one would remove.',
        ].join('\n\n'),
        params: RunParams,
        querystring: Query,
        response: {
          200: { description: 'The items.', content: { 'application/json': { schema: SyncItems }, 'text/csv': { schema: File } } },
          ...keyProblems,
          ...problemResponses(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { after = null, format, limit, outcome = null } = request.query
      const { run } = await findJobRun(request.params.uuid, deps)
      const stored = storedAs({ asked: outcome, run })
      if (format === 'csv' || (format === undefined && prefersCsv(request.headers.accept))) {
        reply.header('content-type', 'text/csv; charset=utf-8')
        reply.header('content-disposition', `attachment; filename="run-${run.uuid}.csv"`)
        return reply.send(Readable.from(fileOf({ run, stored, syncRuns: deps.syncRuns })))
      }
      // One more than asked tells whether there is a next page.
      const found = stored ? await deps.syncRuns.items({ runUuid: run.uuid, ...stored, after, limit: limit + 1 }) : []
      const items = found.slice(0, limit).map((item) => seenItemOf({ item, run }))
      return reply.send({ items: items.map(syncItemViewOf), nextAfter: found.length > limit ? (items.at(-1)?.userId ?? null) : null })
    },
  )
}

export function syncItemViewOf(item: SeenItem): SyncItemView {
  const { userId, action, reasonCode, before, after, registration, outcome, attempt, errorCode, decidedAt, settledAt } = item
  return {
    ...{ userId, action, reasonCode, before, after, registration, outcome, attempt, errorCode },
    reason: sentenceOf(reasonCode),
    decidedAt: isoOf(decidedAt),
    settledAt: settledAt === null ? null : isoOf(settledAt),
  }
}

function prefersCsv(accept: string | undefined): boolean {
  return /^\s*text\/csv\b/i.test(accept ?? '')
}

async function* fileOf({
  run,
  stored,
  syncRuns,
}: {
  readonly run: JobRunFound['run']
  readonly stored: ReturnType<typeof storedAs>
  readonly syncRuns: Pick<CronDeps['syncRuns'], 'items'>
}): AsyncGenerator<string, void> {
  yield itemsHeader()
  for (let after: string | null = null; stored; ) {
    const items: SyncItem[] = await syncRuns.items({ runUuid: run.uuid, ...stored, after, limit: ITEMS_PER_PAGE_OF_FILE })
    if (items.length > 0) yield itemsLines(items.map((item) => seenItemOf({ item, run })))
    const last = items.at(-1)
    if (!last || items.length < ITEMS_PER_PAGE_OF_FILE) return
    after = last.userId
  }
}
