// What people ask of an import: itself, lists, its rows with what came of them, and how many stand where. A run that is not in the ledger any more
// is looked for among the archived ones.
import type { Completion, RunStatus } from '@rollcall/engine'
import { accountImport, type ImportStore, type RowCount, type RowOutcome, type RowRun } from '@rollcall/provisioning'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { cellsOf, errorsOf, importOf, RUN_OF_ROW, runOf, word } from './import-rows.ts'

/** On SQLite a question blocks the event loop while it is answered. */
const ROWS_PER_COUNT = 5_000

type Queries = Pick<ImportStore, 'find' | 'list' | 'rows' | 'counts' | 'ownRun'> & {
  /** At most a thousand. */
  runsByUuid(uuids: readonly string[]): Promise<ReadonlyMap<string, RowRun>>
}

interface CountRow {
  readonly outcome: string
  readonly status: string | null
  readonly completion: string | null
  /** A bigint on SQLite. */
  readonly n: number | bigint
}

export function createImportQueries(prisma: PrismaClient): Queries {
  async function runsByUuid(asked: readonly string[]): Promise<ReadonlyMap<string, RowRun>> {
    const uuids = [...asked]
    if (uuids.length === 0) return new Map()
    const runs = await retryConflicts(() => prisma.run.findMany({ where: { uuid: { in: uuids } }, select: RUN_OF_ROW }))
    const known = new Set(runs.map(({ uuid }) => uuid))
    const rest = uuids.filter((uuid) => !known.has(uuid))
    const archived = rest.length > 0 ? await prisma.archivedRun.findMany({ where: { uuid: { in: rest } }, select: RUN_OF_ROW }) : []
    return new Map([...runs, ...archived].map((run) => [run.uuid, runOf(run)]))
  }

  /** Usernames of live accounts, by person. */
  async function usernamesOf(personIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (personIds.length === 0) return new Map()
    const select = { personId: true, username: true } as const
    const users = await retryConflicts(() => prisma.sysUser.findMany({ where: { livePersonId: { in: [...personIds] } }, select }))
    return new Map(users.map(({ personId, username }) => [personId, username]))
  }

  return {
    runsByUuid,

    async find(id) {
      const record = await retryConflicts(() => prisma.import.findUnique({ where: { id } }))
      return record && importOf(record)
    },

    async list({ requestedBy }, { after, limit }) {
      const records = await retryConflicts(() =>
        prisma.import.findMany({
          where: { AND: [requestedBy === undefined ? {} : { requestedBy }, after ? behind(after) : {}] },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          // One more than asked tells whether there is a next page.
          take: limit + 1,
        }),
      )
      const imports = records.slice(0, limit).map(importOf)
      const last = imports.at(-1)
      return { imports, next: records.length > limit && last ? { createdAt: last.createdAt, id: last.id } : null }
    },

    async rows({ importId, outcomes }, { after, limit }) {
      const [only] = outcomes ?? []
      const outcome = outcomes === undefined ? {} : { outcome: outcomes.length === 1 && only ? only : { in: [...outcomes] } }
      const records = await retryConflicts(() =>
        prisma.importRow.findMany({
          where: { importId, rowNumber: { gt: after }, ...outcome },
          orderBy: { rowNumber: 'asc' },
          take: limit,
        }),
      )
      const runs = await runsByUuid(records.flatMap(({ runUuid }) => runUuid ?? []))
      const runOfRecord = (runUuid: string | null) => (runUuid === null ? null : (runs.get(runUuid) ?? null))
      const made = records.filter(({ runUuid }) => runOfRecord(runUuid)?.status === 'completed')
      const usernames = await usernamesOf(made.flatMap(({ personId }) => personId ?? []))
      const usernameOf = (personId: string | null) => (personId === null ? null : (usernames.get(personId) ?? null))
      return records.map(({ rowNumber, outcome: stands, cells, errors, errorCode, personId, scopeId, runUuid }) => ({
        rowNumber,
        outcome: word<RowOutcome>(stands),
        cells: cellsOf(cells),
        errors: errorsOf(errors),
        errorCode,
        personId,
        schoolId: scopeId,
        runUuid,
        run: runOfRecord(runUuid),
        username: runOfRecord(runUuid)?.status === 'completed' ? usernameOf(personId) : null,
      }))
    },

    async counts({ id }) {
      const last = await prisma.importRow.findFirst({
        where: { importId: id },
        orderBy: { rowNumber: 'desc' },
        select: { rowNumber: true },
      })
      const counts = new Map<string, RowCount>()
      for (let from = 0; from < (last?.rowNumber ?? 0); from += ROWS_PER_COUNT) {
        for (const count of await countRange({ id, from, to: from + ROWS_PER_COUNT })) {
          const key = `${count.outcome} ${count.status} ${count.completion}`
          counts.set(key, { ...count, count: count.count + (counts.get(key)?.count ?? 0) })
        }
      }
      return [...counts.values()]
    },

    async ownRun(id) {
      const where = { groupUuid: id, process: accountImport.name }
      const order = [{ createdAt: 'asc' }, { uuid: 'asc' }] as const
      const run = await retryConflicts(() => prisma.run.findFirst({ where, orderBy: [...order], select: RUN_OF_ROW }))
      const kept = run ?? (await prisma.archivedRun.findFirst({ where, orderBy: [...order], select: RUN_OF_ROW }))
      return kept && runOf(kept)
    },
  }

  async function countRange({ id, from, to }: { readonly id: string; readonly from: number; readonly to: number }): Promise<RowCount[]> {
    const rows = await retryConflicts(
      () => prisma.$queryRaw<CountRow[]>`
        SELECT i.outcome, COALESCE(r.status, a.status) AS status, COALESCE(r.completion, a.completion) AS completion, COUNT(*) AS n
        FROM ImportRow AS i
        LEFT JOIN AzureDataSync AS r ON r.uuid = i.runUuid
        LEFT JOIN AzureDataSyncArchived AS a ON a.uuid = i.runUuid
        WHERE i.importId = ${id} AND i.rowNumber > ${from} AND i.rowNumber <= ${to}
        GROUP BY i.outcome, COALESCE(r.status, a.status), COALESCE(r.completion, a.completion)`,
    )
    return rows.map(({ outcome, status, completion, n }) => ({
      outcome: word<RowOutcome>(outcome),
      status: word<RunStatus | null>(status),
      completion: word<Completion | null>(completion),
      count: Number(n),
    }))
  }
}

/** The range comes first so that the index is entered where the page begins. */
function behind({ createdAt, id }: { readonly createdAt: number; readonly id: string }) {
  const at = new Date(createdAt)
  return { createdAt: { lte: at }, OR: [{ createdAt: { lt: at } }, { id: { lt: id } }] }
}
