import type { AuditLog, RunArchive } from '@rollcall/database'
import type { Run, RunQueries } from '@rollcall/engine'
import { keyProblems, problemResponses } from '@rollcall/platform/http'
import { ACCOUNT_TARGET, type OrganisationAccounts, type SyncRuns } from '@rollcall/status-sync'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { seenItemOf } from '../cron/seen-items.ts'
import { etagOfAccount, OrganisationAccountView, organisationAccountViewOf } from '../organisations/account-view.ts'
import { AccountParams, findAccount } from '../organisations/find-account.ts'
import { isoOf } from '../runs/run-view.ts'
import { SyncItemView, syncItemViewOf } from './list-run-items.ts'

const Query = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) })

const Entry = z
  .object({
    at: z.iso.datetime(),
    kind: z.enum(['change', 'syncItem']).meta({ description: 'change: a row of the audit log; syncItem: what a sync run decided.' }),
    change: z.object({ actor: z.string(), action: z.string(), reason: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
    syncItem: z.object({ runUuid: z.string(), ...SyncItemView.shape }).nullable(),
  })
  .meta({ id: 'AccountTimelineEntry' })

const Whole = z
  .object({ account: OrganisationAccountView, timeline: z.array(Entry).meta({ description: 'Newest first.' }) })
  .meta({ id: 'OrganisationAccountWithTimeline' })

export interface GetOrganisationAccountDeps {
  readonly organisationAccounts: Pick<OrganisationAccounts, 'read'>
  readonly audit: Pick<AuditLog, 'list'>
  readonly syncRuns: Pick<SyncRuns, 'itemsOf'>
  readonly queries: Pick<RunQueries, 'find'>
  readonly archive: Pick<RunArchive, 'find'>
}

export function getOrganisationAccount(api: Api, deps: GetOrganisationAccountDeps): void {
  const { organisationAccounts, audit, syncRuns } = deps
  api.get(
    '/organisation-accounts/:userId',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['organisations'],
        summary: 'Show the account of an organisation, and what has become of it over time',
        params: AccountParams,
        querystring: Query,
        response: { 200: Whole, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async (request, reply) => {
      const { userId } = request.params
      const { limit } = request.query
      const account = await findAccount({ userId, organisationAccounts })
      const [changes, items] = await Promise.all([
        audit.list({ targetType: ACCOUNT_TARGET, targetId: userId, limit }),
        syncRuns.itemsOf({ userId, limit }),
      ])
      const runs = await runsOfPending(items, deps)
      const timeline: z.infer<typeof Entry>[] = [
        ...changes.map(({ at, actor, action, reason, details }) => ({
          ...{ at: isoOf(at), kind: 'change' as const, change: { actor, action, reason, details }, syncItem: null },
        })),
        ...items.map(({ runUuid, ...item }) => {
          const view = syncItemViewOf(seenItemOf({ item, run: runs.get(runUuid) ?? null }))
          return { at: isoOf(item.decidedAt), kind: 'syncItem' as const, change: null, syncItem: { runUuid, ...view } }
        }),
      ]
      const newestFirst = timeline.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, limit)
      return reply.header('etag', etagOfAccount(account)).send({ account: organisationAccountViewOf(account), timeline: newestFirst })
    },
  )
}

/** What has become of them. There are as many as runs that were refused, cancelled, or are going. */
async function runsOfPending(
  items: Awaited<ReturnType<SyncRuns['itemsOf']>>,
  { queries, archive }: Pick<GetOrganisationAccountDeps, 'queries' | 'archive'>,
): Promise<ReadonlyMap<string, Run>> {
  const uuids = [...new Set(items.flatMap(({ outcome, runUuid }) => (outcome === 'pending' ? [runUuid] : [])))]
  const runs = await Promise.all(uuids.map(async (uuid) => (await queries.find(uuid)) ?? (await archive.find(uuid))))
  return new Map(runs.flatMap((run): [string, Run][] => (run ? [[run.uuid, run]] : [])))
}
