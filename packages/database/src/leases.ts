import type { Leases } from '@rollcall/engine'
import type { Dialect } from './dialect.ts'
import type { PrismaClient } from './prisma.ts'
import { SQLITE_NOW } from './sqlite/now.ts'
import { retryConflicts } from './transaction.ts'

/** Statements over (name, holder, milliseconds); each answers one row. Only SQL's clock is asked, so that holders need not agree on theirs. */
interface LeaseSql {
  readonly acquire: string
  readonly now: string
}

const LEASE_SQL: Readonly<Record<Dialect, LeaseSql>> = {
  sqlite: {
    acquire: `INSERT INTO Lease (name, holder, expiresAt) VALUES (?1, ?2, ${SQLITE_NOW} + ?3)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expiresAt = excluded.expiresAt
WHERE Lease.holder = excluded.holder OR Lease.expiresAt <= ${SQLITE_NOW}
RETURNING 1 AS taken`,
    now: `SELECT ${SQLITE_NOW} AS now`,
  },
  sqlserver: {
    acquire: `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @taken INT;
BEGIN TRANSACTION;
UPDATE [dbo].[Lease] WITH (UPDLOCK, HOLDLOCK) SET [holder] = @P2, [expiresAt] = DATEADD(MILLISECOND, @P3, SYSUTCDATETIME())
WHERE [name] = @P1 AND ([holder] = @P2 OR [expiresAt] <= SYSUTCDATETIME());
SET @taken = @@ROWCOUNT;
IF @taken = 0
BEGIN
  INSERT INTO [dbo].[Lease] ([name], [holder], [expiresAt])
  SELECT @P1, @P2, DATEADD(MILLISECOND, @P3, SYSUTCDATETIME())
  WHERE NOT EXISTS (SELECT 1 FROM [dbo].[Lease] WITH (UPDLOCK, HOLDLOCK) WHERE [name] = @P1);
  SET @taken = @@ROWCOUNT;
END;
COMMIT TRANSACTION;
SELECT 1 AS [taken] WHERE @taken > 0;`,
    now: 'SELECT SYSUTCDATETIME() AS [now];',
  },
}

export function createLeases({ prisma, dialect }: { prisma: PrismaClient; dialect: Dialect }): Leases {
  const sql = LEASE_SQL[dialect]
  return {
    async acquire({ name, holder, forMs }) {
      const taken = await retryConflicts(() => prisma.$queryRawUnsafe<unknown[]>(sql.acquire, name, holder, forMs))
      return taken.length > 0
    },
    async release({ name, holder }) {
      await prisma.lease.deleteMany({ where: { name, holder } })
    },
    async now() {
      const [row] = await prisma.$queryRawUnsafe<{ now: bigint | Date }[]>(sql.now)
      return Number(row?.now)
    },
  }
}
