import { randomUUID } from 'node:crypto'
import { openDedicatedConnection } from '../sqlserver/dedicated-connection.ts'
import type { MigrationFile } from './migration-files.ts'
import { MigrationError, type MigrationRow, pendingMigrations } from './plan.ts'
import type { MigrationTarget } from './target.ts'

/** Written as Prisma's own engine writes it, so that either tool can go on where the other stopped. */
const CREATE_TABLE = `CREATE TABLE [dbo].[_prisma_migrations] (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             DATETIMEOFFSET,
    migration_name          NVARCHAR(250) NOT NULL,
    logs                    NVARCHAR(MAX) NULL,
    rolled_back_at          DATETIMEOFFSET,
    started_at              DATETIMEOFFSET NOT NULL DEFAULT CURRENT_TIMESTAMP,
    applied_steps_count     INT NOT NULL DEFAULT 0
);`

const WAIT_FOR_OTHERS_MS = 60_000

/**
 * Migrates a SQL Server database. The lock is an application lock of the session, so everything goes over one connection; if it breaks, the
 * server lets the lock go. The scripts bring their own transactions.
 */
export async function openSqlServerTarget({ connectionString }: { connectionString: string }): Promise<MigrationTarget> {
  const connection = await openDedicatedConnection(connectionString)
  const { query, batch } = connection

  const exists = async () =>
    (await query(`SELECT 1 AS found FROM sys.tables WHERE name = '_prisma_migrations' AND SCHEMA_NAME(schema_id) = 'dbo'`)).length > 0
  const isEmpty = async () =>
    (await query(`SELECT TOP 1 1 AS found FROM sys.tables WHERE is_ms_shipped = 0 AND SCHEMA_NAME(schema_id) = 'dbo'`)).length === 0

  async function rows(): Promise<MigrationRow[]> {
    if (!(await exists())) return []
    const all = await query(
      'SELECT migration_name, checksum, finished_at, rolled_back_at FROM [dbo].[_prisma_migrations] ORDER BY started_at',
    )
    return all.map((row) => ({
      name: String(row.migration_name),
      checksum: String(row.checksum),
      finished: row.finished_at !== null,
      rolledBack: row.rolled_back_at !== null,
    }))
  }

  async function lock() {
    const [answer] = await query(
      `DECLARE @answer INT; EXEC @answer = sp_getapplock @Resource = 'prisma_migrate', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = ${WAIT_FOR_OTHERS_MS}; SELECT @answer AS answer`,
    )
    if (Number(answer?.answer) < 0)
      throw new MigrationError(
        `Another process has been migrating this database for over ${WAIT_FOR_OTHERS_MS / 1000} s. Look whether it hangs.`,
      )
  }

  async function apply(file: MigrationFile) {
    const id = randomUUID()
    await query(
      `INSERT INTO [dbo].[_prisma_migrations] (id, checksum, migration_name, started_at) VALUES (@id, @checksum, @name, SYSDATETIMEOFFSET())`,
      { id, checksum: file.checksum, name: file.name },
    )
    try {
      await batch(file.sql)
    } catch (error) {
      const logs = error instanceof Error ? error.message : String(error)
      await query('UPDATE [dbo].[_prisma_migrations] SET logs = @logs WHERE id = @id', { id, logs })
      throw new MigrationError(`Migration ${file.name} failed: ${logs}`, { cause: error })
    }
    await query(
      'UPDATE [dbo].[_prisma_migrations] SET finished_at = SYSDATETIMEOFFSET(), applied_steps_count = applied_steps_count + 1 WHERE id = @id',
      { id },
    )
  }

  return {
    dialect: 'sqlserver',
    async deploy(files) {
      await lock()
      try {
        if (!(await exists())) {
          if (!(await isEmpty()))
            throw new MigrationError(
              'The database has tables but no _prisma_migrations: it was not made by these migrations. Name an empty one.',
            )
          await batch(CREATE_TABLE)
        }
        const pending = pendingMigrations({ files, rows: await rows() })
        for (const file of pending) await apply(file)
        return pending.map(({ name }) => name)
      } finally {
        await query(`EXEC sp_releaseapplock @Resource = 'prisma_migrate', @LockOwner = 'Session'`)
      }
    },
    rows,
    async markRolledBack(name) {
      const changed = await query(
        `UPDATE [dbo].[_prisma_migrations] SET rolled_back_at = SYSDATETIMEOFFSET() OUTPUT inserted.id WHERE migration_name = @name AND finished_at IS NULL AND rolled_back_at IS NULL`,
        { name },
      )
      return changed.length > 0
    },
    close: () => connection.close(),
  }
}
