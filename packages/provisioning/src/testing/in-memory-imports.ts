import { isEnding, type Run } from '@rollcall/engine'
import { accountCreate } from '../account-create/process.ts'
import type { ImportStore, PendingRow, RowChange, RowToStage } from '../ports/import-store.ts'

type Row = Omit<RowToStage, 'outcome'> & Pick<RowChange, 'outcome' | 'runUuid'>

/** What the process `account-import` needs of the store, and what a story asks it afterwards. */
export interface InMemoryImports extends Pick<ImportStore, 'find' | 'pending' | 'unsettled' | 'runsOf' | 'change'> {
  /** As if the file had been received. */
  add(what: { readonly id: string; readonly names: readonly string[]; readonly rows: readonly RowToStage[] }): void
  readonly rows: (importId: string) => readonly Row[]
  /** As if the person had been erased. */
  eraseCells(importId: string, rowNumber: number): void
}

/** @param runs those of the ledger */
export function createInMemoryImports(runs: () => readonly Run[]): InMemoryImports {
  const names = new Map<string, readonly string[]>()
  const tables = new Map<string, Map<number, Row>>()
  const erased = new Set<Row['cells']>()
  const rowsOf = (importId: string) => [...(tables.get(importId)?.values() ?? [])]
  const pendingOf = ({ cells, rowNumber }: Row): PendingRow => ({ rowNumber, cells: erased.has(cells) ? null : cells })

  return {
    add({ id, names: columns, rows }) {
      names.set(id, columns)
      tables.set(id, new Map(rows.map((row) => [row.rowNumber, { ...row, runUuid: null }])))
    },
    rows: rowsOf,
    eraseCells(importId, rowNumber) {
      const row = tables.get(importId)?.get(rowNumber)
      if (row) erased.add(row.cells)
    },

    async find(id) {
      const columns = names.get(id)
      if (!columns) return null
      const { length } = rowsOf(id)
      return {
        id,
        requestedBy: 'story',
        columns: { delimiter: ';', names: columns },
        rowCount: length,
        invalidCount: 0,
        createdAt: 0,
        acceptedAt: 0,
      }
    },
    async pending({ importId, limit }) {
      return rowsOf(importId)
        .filter(({ outcome }) => outcome === 'pending')
        .slice(0, limit)
        .map(pendingOf)
    },
    async unsettled({ importId, after, to }) {
      const standing = new Set(runs().map(({ uuid }) => uuid))
      return rowsOf(importId)
        .filter(({ outcome, rowNumber }) => outcome === 'started' && rowNumber > after && rowNumber <= to)
        .filter(({ runUuid }) => runUuid !== null && !standing.has(runUuid))
        .map(pendingOf)
    },
    async runsOf({ personIds, orEnded }) {
      return personIds.flatMap((personId) => {
        const all = runs().filter((run) => run.process === accountCreate.name && run.subjectId === personId)
        const run = all.find(({ state }) => !isEnding(state)) ?? (orEnded ? all.at(-1) : undefined)
        return run ? [{ uuid: run.uuid, personId, type: run.type, isLive: !isEnding(run.state) }] : []
      })
    },
    async change(_tx, { importId, rows }) {
      for (const { rowNumber, ...change } of rows) {
        const row = tables.get(importId)?.get(rowNumber)
        if (row) tables.get(importId)?.set(rowNumber, { ...row, ...change })
      }
    },
  }
}
