// The cohorts in memory, over a ledger in memory, for stories. It passes the same contract suite as the one over SQL.
import { lastStateOf, type Run } from '@rollcall/engine'
import type { InMemoryLedger } from '@rollcall/engine/testing'
import type { CohortItem, CohortQuery, CohortStore } from '../ports/cohort-store.ts'
import { replayCohort } from '../replay-cohort/process.ts'

interface Row extends CohortItem {
  readonly cohortUuid: string
}

export function createInMemoryCohorts(ledger: Pick<InMemoryLedger, 'runs' | 'history'>): CohortStore {
  const rows = new Map<string, Row>()
  const keyOf = (row: { cohortUuid: string; runUuid: string }) => `${row.cohortUuid} ${row.runUuid}`
  const endedIn = (run: Run) => lastStateOf({ run, history: ledger.history(run.uuid) })
  const runsByUuid = () => new Map(ledger.runs().map((run) => [run.uuid, run]))

  function meant({ filter, asOf }: CohortQuery): Run[] {
    const { status, process, errorCode, scopeId, groupUuid, endedFrom, endedTo, createdFrom, createdTo } = filter
    return ledger
      .runs()
      .filter((run) => run.status === status && run.updatedAt <= asOf && run.process !== replayCohort.name)
      .filter((run) => process === undefined || run.process === process)
      .filter((run) => errorCode === undefined || run.errorCode === errorCode)
      .filter((run) => scopeId === undefined || run.scopeId === scopeId)
      .filter((run) => groupUuid === undefined || run.groupUuid === groupUuid)
      .filter((run) => isWithin(run.updatedAt, endedFrom, endedTo) && isWithin(run.createdAt, createdFrom, createdTo))
      .filter((run) => filter.endedIn === undefined || endedIn(run) === filter.endedIn)
      .sort((a, b) => a.createdAt - b.createdAt || (a.uuid < b.uuid ? -1 : 1))
  }

  function settle(key: string, change: Pick<CohortItem, 'outcome' | 'errorCode' | 'detail' | 'at'>): boolean {
    const row = rows.get(key)
    if (row?.outcome !== 'pending') return false
    rows.set(key, { ...row, ...change })
    return true
  }

  const ofCohort = (cohortUuid: string) =>
    [...rows.values()].filter((row) => row.cohortUuid === cohortUuid).sort((a, b) => (a.runUuid < b.runUuid ? -1 : 1))

  return {
    async count({ scopes, ...query }) {
      const runs = meant(query)
      const kinds = counted(runs, (run) => ({ process: run.process, endedIn: endedIn(run), errorCode: run.errorCode }))
      const byScope = counted(runs, ({ scopeId }) => ({ scopeId })).sort((a, b) => b.count - a.count)
      return { total: runs.length, kinds, scopes: byScope.slice(0, scopes) }
    },

    async select({ after, limit, ...query }) {
      return meant(query)
        .filter((run) => !after || run.createdAt > after.createdAt || (run.createdAt === after.createdAt && run.uuid > after.uuid))
        .slice(0, limit)
        .map(({ createdAt, uuid }) => ({ createdAt, uuid }))
    },

    async add(_tx, { cohortUuid, runUuids }) {
      for (const runUuid of runUuids) {
        const row = { cohortUuid, runUuid, outcome: 'pending', errorCode: null, detail: null, at: null } as const
        rows.set(keyOf(row), row)
      }
    },

    async pending({ cohortUuid, before, limit }) {
      const runs = runsByUuid()
      return ofCohort(cohortUuid)
        .filter(({ outcome, runUuid }) => outcome === 'pending' && (before === null || runUuid < before))
        .toReversed()
        .slice(0, limit)
        .map(({ runUuid }) => {
          const run = runs.get(runUuid)
          return { runUuid, ended: run ? { version: run.version, state: endedIn(run) } : null }
        })
    },

    async markReplayed(_tx, { at, ...item }) {
      return settle(keyOf(item), { outcome: 'replayed', errorCode: null, detail: null, at })
    },

    async markRefused(_tx, { cohortUuid, items, at }) {
      for (const { runUuid, errorCode, detail } of items)
        settle(keyOf({ cohortUuid, runUuid }), { outcome: 'refused', errorCode, detail, at })
    },

    async outcomes(cohortUuid) {
      const own = ofCohort(cohortUuid)
      const runs = runsByUuid()
      const replayed = own.filter(({ outcome }) => outcome === 'replayed')
      return {
        items: counted(own, ({ outcome, errorCode }) => ({ outcome, errorCode })),
        replayed: counted(replayed, ({ runUuid }) => ({ status: runs.get(runUuid)?.status ?? null })),
      }
    },

    async items({ cohortUuid, outcome, after, limit }) {
      return ofCohort(cohortUuid)
        .filter((row) => (outcome === null || row.outcome === outcome) && (after === null || row.runUuid > after))
        .slice(0, limit)
        .map(({ cohortUuid: _, ...item }) => item)
    },
  }
}

function isWithin(at: number, from: number | undefined, to: number | undefined): boolean {
  return (from === undefined || at >= from) && (to === undefined || at < to)
}

/** One row per combination that occurs. */
function counted<Item, Kind extends object>(items: readonly Item[], kindOf: (item: Item) => Kind): (Kind & { count: number })[] {
  const byKind = Map.groupBy(
    items.map((item) => kindOf(item)),
    (kind) => JSON.stringify(kind),
  )
  return [...byKind.values()].flatMap(([kind, ...others]) => (kind ? [{ ...kind, count: others.length + 1 }] : []))
}
