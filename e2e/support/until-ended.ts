import type { Database } from '@rollcall/database'
import { waitUntil } from './wait-until.ts'

export function countEnded(database: Database): Promise<number> {
  return database.prisma.run.count({ where: { process: 'account-create', dueAt: null } })
}

export async function untilEnded(
  database: Database,
  { count, withinMs = 90_000 }: { readonly count: number; readonly withinMs?: number },
): Promise<void> {
  await waitUntil(`${count} runs have ended`, async () => (await countEnded(database)) >= count, { withinMs })
}
