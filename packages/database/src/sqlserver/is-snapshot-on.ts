import type { PrismaClient } from '../prisma.ts'

/** Every login sees the row of its own database. */
export const IS_SNAPSHOT_ON = `SELECT CAST([is_read_committed_snapshot_on] AS INT) AS [isOn]
FROM [sys].[databases]
WHERE [database_id] = DB_ID();`

/** Whether READ_COMMITTED_SNAPSHOT is on. @throws Error where the server does not say */
export async function isSnapshotOn(prisma: Pick<PrismaClient, '$queryRawUnsafe'>): Promise<boolean> {
  const [row] = await prisma.$queryRawUnsafe<{ readonly isOn: number }[]>(IS_SNAPSHOT_ON)
  if (!row) throw new Error('sys.databases has no row for this database.')
  return row.isOn === 1
}
