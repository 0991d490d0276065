// Uploaded files and their rows over SQL. Whatever a large import needs is asked for in portions, so that nobody else waits for the database.
import { TransientError } from '@rollcall/engine'
import { type ImportStore, importErrors } from '@rollcall/provisioning'
import { chunks } from '../chunks.ts'
import type { Dialect } from '../dialect.ts'
import { type PrismaClient, type PrismaTransaction, unwrapTransaction } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { createImportQueries } from './import-queries.ts'
import { pendingOf, recordOf } from './import-rows.ts'
import { IMPORT_SQL } from './import-sql.ts'
import { createRunsOfPersons } from './runs-of-persons.ts'

const ROWS_PER_DELETE = 1_000
const IMPORTS_PER_SWEEP = 100
/** SQL Server takes 2,100 parameters. */
const KEYS_PER_QUERY = 1_000

export function createImportStore({ prisma, dialect }: { readonly prisma: PrismaClient; readonly dialect: Dialect }): ImportStore {
  const sql = IMPORT_SQL[dialect]
  const queries = createImportQueries(prisma)

  async function discard(importId: string): Promise<void> {
    // By row numbers: what Prisma makes of a limit where the key has two columns is no T-SQL.
    for (let first = await firstRow(importId); first !== null; first = await firstRow(importId)) {
      const portion = { importId, rowNumber: { lt: first + ROWS_PER_DELETE } }
      await retryConflicts(() => prisma.importRow.deleteMany({ where: portion }))
    }
    await prisma.import.deleteMany({ where: { id: importId, acceptedAt: null } })
  }

  async function firstRow(importId: string): Promise<number | null> {
    const row = await prisma.importRow.findFirst({ where: { importId }, orderBy: { rowNumber: 'asc' }, select: { rowNumber: true } })
    return row?.rowNumber ?? null
  }

  return {
    ...queries,
    runsOf: createRunsOfPersons(prisma),
    discard,

    async begin({ id, requestedBy, columns: { delimiter, names }, createdAt }) {
      const columns = JSON.stringify({ delimiter, names })
      await prisma.import.create({ data: { id, requestedBy, columns, rowCount: 0, invalidCount: 0, createdAt: new Date(createdAt) } })
    },

    async stage(importId, rows) {
      await retryConflicts(() => prisma.$executeRawUnsafe(sql.stage, JSON.stringify(rows.map(recordOf)), importId))
    },

    async complete({ id, rowCount, invalidCount }) {
      await prisma.import.update({ where: { id }, data: { rowCount, invalidCount } })
    },

    markAccepted: ({ id, at }) => retryConflicts(() => markAccepted(prisma, { id, at: new Date(at) })),

    async pending({ importId, limit }) {
      const where = { importId, outcome: 'pending' }
      const rows = await retryConflicts(() =>
        prisma.importRow.findMany({ where, orderBy: { rowNumber: 'asc' }, take: limit, select: { rowNumber: true, cells: true } }),
      )
      return rows.map(pendingOf)
    },

    async unsettled({ importId, after, to }) {
      if (to <= after) return []
      const where = { importId, outcome: 'started', rowNumber: { gt: after, lte: to } }
      const select = { rowNumber: true, cells: true, runUuid: true } as const
      const rows = await retryConflicts(() => prisma.importRow.findMany({ where, orderBy: { rowNumber: 'asc' }, select }))
      const kept = new Set<string>()
      for (const some of chunks(rows, KEYS_PER_QUERY)) {
        const found = await queries.runsByUuid(some.flatMap(({ runUuid }) => runUuid ?? []))
        for (const uuid of found.keys()) kept.add(uuid)
      }
      return rows.filter(({ runUuid }) => runUuid === null || !kept.has(runUuid)).map(pendingOf)
    },

    async change(tx, { importId, rows, at }) {
      const inside = unwrapTransaction(tx)
      const changed = rows.length > 0 ? await inside.$executeRawUnsafe(sql.change, JSON.stringify(rows), importId) : 0
      if (changed < rows.length) throw new TransientError(importErrors.ROW_ERASED_MEANWHILE)
      // Whoever wrote the run may have died before it could say so.
      await markAccepted(inside, { id: importId, at: new Date(at) })
    },

    async sweep({ before }) {
      const found = await prisma.import.findMany({
        where: { acceptedAt: null, createdAt: { lt: new Date(before) } },
        orderBy: { createdAt: 'asc' },
        take: IMPORTS_PER_SWEEP,
      })
      let swept = 0
      for (const { id, createdAt } of found) {
        if (await queries.ownRun(id)) await retryConflicts(() => markAccepted(prisma, { id, at: createdAt }))
        else {
          await discard(id)
          swept += 1
        }
      }
      return swept
    },
  }
}

/** Whoever comes later changes nothing. */
async function markAccepted(
  { import: imports }: Pick<PrismaTransaction, 'import'>,
  { id, at }: { readonly id: string; readonly at: Date },
) {
  await imports.updateMany({ where: { id, acceptedAt: null }, data: { acceptedAt: at } })
}
