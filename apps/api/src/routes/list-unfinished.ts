import type { PersonReads } from '@rollcall/database'
import { keyProblems, problemResponses } from '@rollcall/platform/http'
import type { UnfinishedAccounts } from '@rollcall/provisioning'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { NextCursor } from '../paging/create-page-cursor.ts'
import { readerOf } from '../persons/reader-of.ts'
import { Time } from '../runs/times.ts'
import { unfinishedCursor } from '../unfinished/cursor.ts'
import { UnfinishedView, unfinishedViewOf } from '../unfinished/unfinished-view.ts'

const Query = z.strictObject({
  olderThan: Time.optional().meta({ description: 'Only those whose name was reserved before this time.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: unfinishedCursor.param(),
})

const UnfinishedList = z
  .object({
    accounts: z.array(UnfinishedView),
    nextCursor: NextCursor,
  })
  .meta({ id: 'UnfinishedAccountList' })

export interface ListUnfinishedDeps {
  readonly unfinished: Pick<UnfinishedAccounts, 'list'>
  readonly personReads: Pick<PersonReads, 'note'>
}

export function listUnfinished(api: Api, { unfinished, personReads }: ListUnfinishedDeps): void {
  api.get(
    '/accounts/unfinished',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['accounts'],
        summary: 'List accounts that were begun and led to no user',
        description:
          'Names that are reserved, without a live run and without a user: the run failed or was cancelled. Those that wait longest come first. A page may hold fewer than `limit` although there are more: go on with `nextCursor` until it is null. Replay the last run, or release the name. Whoever is shown people by it is noted in the audit log.',
        querystring: Query,
        response: { 200: UnfinishedList, ...keyProblems, ...problemResponses(400) },
      },
    },
    async (request) => {
      const { olderThan, limit, cursor } = request.query
      const reservedBefore = olderThan === undefined ? null : Date.parse(olderThan)
      const after = unfinishedCursor.decode(cursor)
      const { accounts, next } = await unfinished.list({ reservedBefore, after, limit })
      await personReads.note({ ...readerOf(request, null), personIds: accounts.map(({ personId }) => personId) })
      return { accounts: accounts.map(unfinishedViewOf), nextCursor: next && unfinishedCursor.encode(next) }
    },
  )
}
