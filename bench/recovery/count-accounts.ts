import type { BenchFleet } from '../support/start-bench-fleet.ts'

interface DirectoryUser {
  readonly id: string
  readonly deleted: boolean
  /** Whose account it is. */
  readonly markers: { readonly student?: string }
}

/** What a death between two lines could have left behind in the directory. */
export async function countAccounts({ database, simulator }: BenchFleet): Promise<{ doubled: number; unknown: number }> {
  const { users } = await simulator.get<{ users: readonly DirectoryUser[] }>('/state')
  const ours = users.filter(({ deleted, markers }) => !deleted && markers.student !== undefined)
  const persons = Map.groupBy(ours, ({ markers }) => markers.student)
  const known = new Set((await database.prisma.person.findMany({ select: { azureId: true } })).map(({ azureId }) => azureId))
  return {
    doubled: [...persons.values()].filter((accounts) => accounts.length > 1).length,
    unknown: ours.filter(({ id }) => !known.has(id)).length,
  }
}
