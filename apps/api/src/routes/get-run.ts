import { type PersonReads, personsIn, type RunArchive } from '@rollcall/database'
import type { RunQueries } from '@rollcall/engine'
import { callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import type { Api } from '../api.ts'
import { readerOf } from '../persons/reader-of.ts'
import { findRun, isArchived, RunParams } from '../runs/find-run.ts'
import { RunView, viewOf } from '../runs/run-view.ts'

export interface GetRunDeps {
  readonly queries: Pick<RunQueries, 'find' | 'history'>
  readonly archive: Pick<RunArchive, 'find' | 'history'>
  readonly personReads: Pick<PersonReads, 'note'>
}

export function getRun(api: Api, { queries, archive, personReads }: GetRunDeps): void {
  api.get(
    '/azure-data-sync/:uuid',
    {
      config: { access: 'read' },
      schema: {
        tags: ['runs'],
        summary: 'Look at one run, with its history',
        description:
          'An upstream system sees the runs that it asked for. Runs that ended long ago come from the archive. Whoever is shown a person by it is noted in the audit log.',
        params: RunParams,
        response: { 200: RunView, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async (request) => {
      const run = await findRun({ uuid: request.params.uuid, caller: callerOf(request), queries, archive })
      await personReads.note({ ...readerOf(request, [run]), personIds: personsIn(run) })
      const history = isArchived(run) ? [] : await queries.history(run.uuid)
      // A run may be put away between two looks; its history goes with it.
      return viewOf({ run, history: history.length > 0 ? history : await archive.history(run.uuid) })
    },
  )
}
