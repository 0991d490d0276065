import { callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import type { ImportStore } from '@rollcall/provisioning'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { maySee } from '../auth/access.ts'
import { ImportSummary, summaryOfImport } from '../imports/import-view.ts'
import { NextCursor } from '../paging/create-page-cursor.ts'
import { runCursor } from '../runs/cursor.ts'

const Query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: runCursor.param(),
})

const ImportList = z
  .object({
    imports: z.array(ImportSummary),
    nextCursor: NextCursor,
  })
  .meta({ id: 'ImportList' })

export function listImports(api: Api, { imports }: { readonly imports: Pick<ImportStore, 'list'> }): void {
  api.get(
    '/imports',
    {
      config: { access: 'read' },
      schema: {
        tags: ['imports'],
        summary: 'List imports, newest first',
        description: 'Go on with `nextCursor` until it is null. An upstream system sees its own imports only.',
        querystring: Query,
        response: { 200: ImportList, ...keyProblems, ...problemResponses(400) },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { cursor, limit } = request.query
      const after = runCursor.decode(cursor)
      const found = await imports.list(caller.role === 'upstream' ? { requestedBy: caller.name } : {}, {
        after: after && { createdAt: after.createdAt, id: after.uuid },
        limit,
      })
      const { next } = found
      return {
        // The database may compare names less strictly than we do.
        imports: found.imports.filter((one) => maySee(caller, one)).map(summaryOfImport),
        nextCursor: next && runCursor.encode({ createdAt: next.createdAt, uuid: next.id }),
      }
    },
  )
}
