// How values cross between Prisma and SQLite. Times are INTEGER milliseconds since 1970 in columns declared DATETIME.
import type { SQLInputValue, StatementColumnMetadata } from 'node:sqlite'
import { type ColumnType, ColumnTypeEnum, type SqlQuery } from '@prisma/driver-adapter-utils'

/** The types that Prisma's migrations declare for our schema. */
const DECLARED: Readonly<Record<string, ColumnType>> = {
  BOOLEAN: ColumnTypeEnum.Boolean,
  DATETIME: ColumnTypeEnum.DateTime,
  INTEGER: ColumnTypeEnum.Int32,
  TEXT: ColumnTypeEnum.Text,
}

/** @throws Error on a type that our schema does not use, so that adding one is noticed */
export function bindArguments({ args, argTypes }: SqlQuery): SQLInputValue[] {
  return args.map((value, index) => {
    const scalarType = argTypes[index]?.scalarType
    if (typeof value === 'boolean') return value ? 1 : 0
    if (value instanceof Date) return value.getTime()
    if (typeof value === 'string') {
      if (scalarType === 'datetime') return Date.parse(value)
      if (scalarType === 'int' || scalarType === 'bigint') return Number(value)
      return value
    }
    if (value === null || typeof value === 'number' || typeof value === 'bigint') return value
    throw new Error(`SQLite adapter: cannot bind a value of type ${typeof value} (${scalarType ?? 'unknown'}) as argument ${index + 1}.`)
  })
}

/** By declaration; an expression (COUNT, MIN) has none and is judged by its first value. */
export function columnTypes({ columns, rows }: { columns: StatementColumnMetadata[]; rows: unknown[][] }): ColumnType[] {
  return columns.map(
    ({ type }, index) => DECLARED[type?.toUpperCase() ?? ''] ?? inferType(rows.find((row) => row[index] !== null)?.[index]),
  )
}

function inferType(value: unknown): ColumnType {
  if (typeof value === 'string') return ColumnTypeEnum.Text
  if (typeof value === 'number') return Number.isInteger(value) ? ColumnTypeEnum.Int64 : ColumnTypeEnum.Double
  return ColumnTypeEnum.Int32
}

/** Turns times into what Prisma reads, in place. */
export function decodeRows({ rows, isTime }: { rows: unknown[][]; isTime: readonly boolean[] }): void {
  for (const row of rows)
    for (const [index, value] of row.entries()) if (isTime[index] && typeof value === 'number') row[index] = new Date(value).toISOString()
}
