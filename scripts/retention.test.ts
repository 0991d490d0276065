import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RETENTION, type RetentionRow } from '@rollcall/platform'
import { expect, test } from 'vitest'
import { REPOSITORY } from './fleet/repository.ts'

const schema = readFileSync(join(REPOSITORY, 'prisma', 'schema.prisma'), 'utf8')

/** As they are called in SQL. */
const tables = [...schema.matchAll(/^model (\w+) \{(.*?)^\}/gms)].map(([, model, body = '']) => /@@map\("(\w+)"\)/.exec(body)?.[1] ?? model)

test('it is said of every table of the schema how long its rows are kept, and of no other', () => {
  const rows: readonly RetentionRow[] = Object.values(RETENTION)
  expect(tables.length).toBeGreaterThan(20)
  expect([...new Set(rows.flatMap((row) => row.tables))].sort()).toEqual(tables.sort())
})
