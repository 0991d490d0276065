import { callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import type { ImportStore } from '@rollcall/provisioning'
import type { Api } from '../api.ts'
import { findImport, ImportParams } from '../imports/find-import.ts'
import { ImportView, viewOfImport } from '../imports/import-view.ts'

export function getImport(api: Api, { imports }: { readonly imports: ImportStore }): void {
  api.get(
    '/imports/:id',
    {
      config: { access: 'read' },
      schema: {
        tags: ['imports'],
        summary: 'See how far an import has come',
        description: 'An upstream system sees its own imports.',
        params: ImportParams,
        response: { 200: ImportView, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async (request) => {
      const found = await findImport({ id: request.params.id, caller: callerOf(request), imports })
      const [counts, run] = await Promise.all([imports.counts(found), imports.ownRun(found.id)])
      return viewOfImport({ found, counts, run })
    },
  )
}
