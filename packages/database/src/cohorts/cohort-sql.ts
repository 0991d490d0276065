// Which runs a cohort means, as SQL for both databases. The state in which a run ended stands in its history only: it is looked up in the
// history's primary key, from the run's last event backwards, and only for runs that the other words have found; the history is never scanned.
import { type CohortQuery, replayCohort } from '@rollcall/operations'
import type { Dialect } from '../dialect.ts'
import type { RunRow } from '../ledger/run-row.ts'

/** One statement with its parameters, in their order. */
export interface CohortSql {
  readonly sql: string
  readonly values: readonly unknown[]
}

interface Words {
  readonly runs: string
  readonly history: string
  readonly items: string
  /** Collation of the run's own state, which stands beside the event's. */
  readonly ordinal: string
  /** The first of two that is not null. SQL Server makes two subqueries of one in a COALESCE. */
  readonly firstOf: string
  parameter(place: number): string
  time(ms: number): unknown
  /** At most so many rows: in front of the columns, and at the end. */
  top(rows: number): string
  limit(rows: number): string
  /** A column by which the rows shall not be found. */
  unindexed(column: string): string
}

export const WORDS: Readonly<Record<Dialect, Words>> = {
  sqlite: {
    runs: 'AzureDataSync',
    history: 'ObjectHistory',
    items: 'CohortItem',
    ordinal: '',
    firstOf: 'IFNULL',
    parameter: (place) => `?${place}`,
    time: (ms) => ms,
    top: () => '',
    limit: (rows) => ` LIMIT ${rows}`,
    // It knows no statistics, and would take an index that does not have the runs in the order of the pages.
    unindexed: (column) => `+${column}`,
  },
  sqlserver: {
    runs: '[dbo].[AzureDataSync]',
    history: '[dbo].[ObjectHistory]',
    items: '[dbo].[CohortItem]',
    ordinal: ' COLLATE Latin1_General_100_BIN2',
    firstOf: 'ISNULL',
    parameter: (place) => `@P${place}`,
    // UTC without a zone, as DATETIME2 keeps it.
    time: (ms) => new Date(ms).toISOString().slice(0, -1),
    top: (rows) => `TOP (${rows}) `,
    limit: () => '',
    unindexed: (column) => column,
  },
}

/** The state in which run `r` ended. Events of one version have one state; what came too late is `superseded`. */
export function endedIn({ firstOf, history, ordinal, top, limit }: Words): string {
  const last = `SELECT ${top(1)}e.state${ordinal} FROM ${history} AS e WHERE e.runUuid = r.uuid AND e.version = r.version - 1`
  return `${firstOf}((${last} AND e.status <> 'superseded' ORDER BY e.id DESC${limit(1)}), r.state)`
}

type Equal = readonly [column: keyof RunRow, value: string]

/** `WHERE …` over run `r`. */
function whereMeant({ filter, asOf }: CohortQuery, dialect: Dialect): { where: string; values: unknown[]; add(value: unknown): string } {
  const words = WORDS[dialect]
  const values: unknown[] = []
  const add = (value: unknown) => words.parameter(values.push(value))
  const time = (ms: number) => add(words.time(ms))

  const asked: readonly [keyof RunRow, string | undefined][] = [
    ['groupUuid', filter.groupUuid],
    ['scopeId', filter.scopeId],
    ['errorCode', filter.errorCode],
    ['status', filter.status],
    ['process', filter.process],
  ]
  // The first that is named finds the fewest; its index has the runs in the order of the pages.
  const [first, ...others] = asked.filter((one): one is [...Equal] => one[1] !== undefined)
  // What ended by then was created by then, which is what the indexes know.
  const createdTo = Math.min(filter.createdTo ?? Number.POSITIVE_INFINITY, filter.endedTo ?? Number.POSITIVE_INFINITY, asOf + 1)
  const conditions = [
    ...(first ? [`r.${first[0]} = ${add(first[1])}`] : []),
    ...others.map(([column, value]) => `${words.unindexed(`r.${column}`)} = ${add(value)}`),
    `r.createdAt < ${time(createdTo)}`,
    `r.updatedAt <= ${time(asOf)}`,
    `r.process <> ${add(replayCohort.name)}`,
    ...(filter.createdFrom === undefined ? [] : [`r.createdAt >= ${time(filter.createdFrom)}`]),
    ...(filter.endedFrom === undefined ? [] : [`r.updatedAt >= ${time(filter.endedFrom)}`]),
    ...(filter.endedTo === undefined ? [] : [`r.updatedAt < ${time(filter.endedTo)}`]),
    ...(filter.endedIn === undefined ? [] : [`${endedIn(words)} = ${add(filter.endedIn)}`]),
  ]
  return { where: `WHERE ${conditions.join(' AND ')}`, values, add }
}

export function selectMeant(
  { after, limit, ...query }: CohortQuery & { readonly after: { createdAt: number; uuid: string } | null; readonly limit: number },
  dialect: Dialect,
): CohortSql {
  const words = WORDS[dialect]
  const { where, values, add } = whereMeant(query, dialect)
  const behind = after ? afterPlace(add(words.time(after.createdAt)), add(after.uuid)) : ''
  const sql = `SELECT ${words.top(limit)}r.uuid, r.createdAt FROM ${words.runs} AS r ${where}${behind} ORDER BY r.createdAt, r.uuid`
  return { sql: sql + words.limit(limit), values }
}

/** The range comes first so that the index is entered where the page begins. */
function afterPlace(createdAt: string, uuid: string): string {
  return ` AND r.createdAt >= ${createdAt} AND (r.createdAt > ${createdAt} OR r.uuid > ${uuid})`
}

export function countKinds(query: CohortQuery, dialect: Dialect): CohortSql {
  const words = WORDS[dialect]
  const { where, values } = whereMeant(query, dialect)
  const meant = `SELECT r.process, ${endedIn(words)} AS endedIn, r.errorCode FROM ${words.runs} AS r ${where}`
  const sql = `SELECT c.process, c.endedIn, c.errorCode, COUNT(*) AS runs FROM (${meant}) AS c GROUP BY c.process, c.endedIn, c.errorCode`
  return { sql, values }
}

export function countScopes({ scopes, ...query }: CohortQuery & { readonly scopes: number }, dialect: Dialect): CohortSql {
  const words = WORDS[dialect]
  const { where, values } = whereMeant(query, dialect)
  const columns = `${words.top(scopes)}r.scopeId, COUNT(*) AS runs`
  const sql = `SELECT ${columns} FROM ${words.runs} AS r ${where} GROUP BY r.scopeId ORDER BY COUNT(*) DESC, r.scopeId${words.limit(scopes)}`
  return { sql, values }
}
