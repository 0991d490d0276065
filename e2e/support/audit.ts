// The last word of every fault test: what was accepted, the ledger, the business tables and the directory must tell one story.
import type { Database } from '@rollcall/database'
import type { SimulatorClient } from '@rollcall/scripts/fleet'

export interface Audit {
  /** Accepted, but not in the ledger. */
  readonly lost: readonly string[]
  /** Accepted, and not ended. */
  readonly unfinished: readonly string[]
  readonly failed: readonly string[]
  /** Persons with more than one account of ours in the directory. */
  readonly doubledInDirectory: readonly string[]
  /** Persons with more than one live SysUser. */
  readonly doubledUsers: readonly string[]
  /** Accounts of ours in the directory that no run names. */
  readonly unnamedAccounts: readonly string[]
  /** Persons whose completed run left no user, or one that points at another account than the directory's. */
  readonly mismatched: readonly string[]
}

export const CLEAN: Audit = {
  lost: [],
  unfinished: [],
  failed: [],
  doubledInDirectory: [],
  doubledUsers: [],
  unnamedAccounts: [],
  mismatched: [],
}

interface DirectoryUser {
  readonly id: string
  readonly deleted: boolean
  /** Whose account it is; empty for one that is not ours. */
  readonly markers: { readonly student?: string; readonly teacher?: string; readonly employee?: string }
}

function markerOf({ markers }: DirectoryUser): string {
  return markers.student ?? markers.teacher ?? markers.employee ?? ''
}

export async function audit({
  accepted,
  database,
  simulator,
}: {
  readonly accepted: readonly string[]
  readonly database: Database
  readonly simulator: SimulatorClient
}): Promise<Audit> {
  const runs = await database.prisma.run.findMany({ where: { process: 'account-create' } })
  const users = await database.prisma.sysUser.findMany({ where: { deletedOn: null }, include: { person: true } })
  const { users: directory } = await simulator.get<{ users: readonly DirectoryUser[] }>('/state')
  const byUuid = new Map(runs.map((run) => [run.uuid, run]))
  const ours = directory.filter((user) => !user.deleted && markerOf(user) !== '')
  const idsByMarker = Map.groupBy(ours, markerOf)
  const named = new Set(runs.flatMap((run) => [...run.resultObject.matchAll(/"azureId":"([^"]+)"/g)].map(([, id]) => id)))
  const completed = runs.filter((run) => run.status === 'completed')

  return {
    lost: accepted.filter((uuid) => !byUuid.has(uuid)),
    unfinished: runs.filter((run) => run.dueAt !== null).map((run) => `${run.uuid} in ${run.state}`),
    failed: runs.filter((run) => run.status === 'failed').map((run) => `${run.uuid} ${run.errorCode}`),
    doubledInDirectory: [...idsByMarker].filter(([, some]) => some.length > 1).map(([marker]) => marker),
    doubledUsers: [...Map.groupBy(users, (user) => user.personId)].filter(([, some]) => some.length > 1).map(([personId]) => personId),
    unnamedAccounts: ours.filter((user) => !named.has(user.id)).map((user) => user.id),
    mismatched: completed.flatMap(({ subjectId }) => {
      const user = users.find((one) => one.personId === subjectId)
      const account = idsByMarker.get(subjectId ?? '')?.at(0)
      return user && account && user.person.azureId === account.id ? [] : [String(subjectId)]
    }),
  }
}
