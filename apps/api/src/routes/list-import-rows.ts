import { Readable } from 'node:stream'
import type { PersonReads } from '@rollcall/database'
import { callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import { type AccountsImport, type ImportedRow, type ImportStore, ROW_OUTCOMES, type RowOutcome } from '@rollcall/provisioning'
import { resultHeader, resultLines } from '@rollcall/provisioning/import-file'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { findImport, ImportParams } from '../imports/find-import.ts'
import { ImportRowView, viewOfRow } from '../imports/import-view.ts'
import { readerOf } from '../persons/reader-of.ts'

/** A large import is written as fast as its reader reads; nobody is cut off in the middle of a file. */
const DOWNLOAD_TIMEOUT_MS = 600_000
/** A row may have a hundred thousand characters. */
const ROWS_PER_PAGE_OF_FILE = 100

const outcome = z.enum(ROW_OUTCOMES)

const Query = z.strictObject({
  outcome: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(outcome).min(1))
    .optional()
    .meta({
      type: 'string',
      description: `One or more of ${ROW_OUTCOMES.join(', ')}, separated by commas.`,
      examples: ['invalid,refused'],
    }),
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0).meta({ description: 'The `nextAfter` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  format: z.enum(['json', 'csv']).optional().meta({ description: 'csv: the whole result as a file, as with `Accept: text/csv`.' }),
})

const ImportRows = z
  .object({
    rows: z.array(ImportRowView),
    nextAfter: z.int().nullable().meta({ description: 'Where the next page begins; null on the last one.' }),
  })
  .meta({ id: 'ImportRows' })

/** Sent as it is. */
const File = z.custom<Readable>().meta({ type: 'string' })

export interface ListImportRowsDeps {
  readonly imports: ImportStore
  readonly personReads: Pick<PersonReads, 'noteImport'>
}

export function listImportRows(api: Api, { imports, personReads }: ListImportRowsDeps): void {
  api.get(
    '/imports/:id/rows',
    {
      config: { access: 'read' },
      handlerTimeout: DOWNLOAD_TIMEOUT_MS,
      schema: {
        tags: ['imports'],
        summary: 'See the result of an import, row by row',
        description: [
          'In the order of the file, page by page; go on with `nextAfter` until it is null.',
          'As CSV it is the whole result in one file: the columns as they were sent, and behind them `row`, `result`, `errors` and `username`. Correct it and send it again as it is.',
        ].join('\n\n'),
        params: ImportParams,
        querystring: Query,
        response: {
          200: {
            description: 'The rows.',
            content: { 'application/json': { schema: ImportRows }, 'text/csv': { schema: File } },
          },
          ...keyProblems,
          ...problemResponses(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { after, format, limit, outcome: outcomes } = request.query
      const found = await findImport({ id: request.params.id, caller: callerOf(request), imports })
      await personReads.noteImport({ ...readerOf(request, [found]), importId: found.id })
      if (format === 'csv' || (format === undefined && prefersCsv(request.headers.accept))) {
        reply.header('content-type', 'text/csv; charset=utf-8')
        reply.header('content-disposition', `attachment; filename="import-${found.id}.csv"`)
        return reply.send(Readable.from(resultFile({ found, imports, outcomes })))
      }
      const filter = { importId: found.id, ...(outcomes && { outcomes }) }
      // One more than asked tells whether there is a next page.
      const rows = await imports.rows(filter, { after, limit: limit + 1 })
      const page = rows.slice(0, limit)
      return reply.send({ rows: page.map(viewOfRow), nextAfter: rows.length > limit ? (page.at(-1)?.rowNumber ?? null) : null })
    },
  )
}

function prefersCsv(accept: string | undefined): boolean {
  return /^\s*text\/csv\b/i.test(accept ?? '')
}

/** Somebody else asked for the account: whose import has joined him learns what became of it, and not its name. */
function withOwnUsername({ row, requestedBy }: { readonly row: ImportedRow; readonly requestedBy: string }): ImportedRow {
  return row.run?.requestedBy === requestedBy ? row : { ...row, username: null }
}

async function* resultFile({
  found: { id, columns, requestedBy },
  imports,
  outcomes,
}: {
  readonly found: AccountsImport
  readonly imports: Pick<ImportStore, 'rows'>
  readonly outcomes: readonly RowOutcome[] | undefined
}): AsyncGenerator<string, void> {
  yield resultHeader(columns)
  const filter = { importId: id, ...(outcomes && { outcomes }) }
  for (let after = 0; ; ) {
    const rows = await imports.rows(filter, { after, limit: ROWS_PER_PAGE_OF_FILE })
    if (rows.length > 0) yield resultLines({ columns, rows: rows.map((row) => withOwnUsername({ row, requestedBy })) })
    const last = rows.at(-1)
    if (!last || rows.length < ROWS_PER_PAGE_OF_FILE) return
    after = last.rowNumber
  }
}
