// Accounts for every row of the roster: what became of it, why, and whether that is what the roster expected.
import type { ApiClient, ItemResult, RunAnswer } from './api-client.ts'
import type { RosterRow } from './read-roster.ts'

export interface Account {
  readonly row: RosterRow
  readonly ended: 'full' | 'partial' | 'refused' | 'failed' | 'unfinished'
  readonly why: string
  readonly asExpected: boolean
}

export async function accountFor({
  api,
  sent,
}: {
  readonly api: ApiClient
  readonly sent: readonly { readonly row: RosterRow; readonly result: ItemResult }[]
}): Promise<Account[]> {
  return Promise.all(
    sent.map(async ({ row, result }) => {
      const { ended, why } = result.uuid ? endingOf(await api.run(result.uuid)) : { ended: 'refused' as const, why: refusal(result) }
      return { row, ended, why, asExpected: ended === row.expected }
    }),
  )
}

function endingOf(run: RunAnswer): Pick<Account, 'ended' | 'why'> {
  if (run.status === 'completed') return { ended: run.completion ?? 'full', why: run.errorCode ?? (isAdopted(run) ? 'adopted' : '') }
  if (run.status === 'failed' || run.status === 'cancelled') return { ended: 'failed', why: run.errorCode ?? run.state }
  return { ended: 'unfinished', why: run.state }
}

function isAdopted(run: RunAnswer): boolean {
  return run.resultObject.AWAITING_USER_CREATE?.adopted === true
}

function refusal({ problem }: ItemResult): string {
  const fields = problem?.errors?.map(({ path, reason }) => `${path ?? ''} ${reason ?? ''}`.trim()) ?? []
  return fields.length > 0 ? fields.join('; ') : (problem?.detail ?? problem?.code ?? 'refused without a reason')
}
