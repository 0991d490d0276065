import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDatabase } from './create-database.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { withConnectionLimit, withDatabase } from './sqlserver/connection-string.ts'

const refusal = (url: string) => {
  try {
    parseDatabaseUrl(url)
  } catch (error) {
    return String(error)
  }
  return 'accepted'
}

describe('DATABASE_URL', () => {
  test('names a SQLite file, relative to the working directory or absolute', () => {
    expect(parseDatabaseUrl('file:.data/rollcall.db')).toEqual({ dialect: 'sqlite', file: resolve('.data/rollcall.db') })
    expect(parseDatabaseUrl('file:/var/lib/rollcall.db')).toEqual({ dialect: 'sqlite', file: '/var/lib/rollcall.db' })
    expect(parseDatabaseUrl('file:///var/lib/rollcall.db')).toEqual({ dialect: 'sqlite', file: '/var/lib/rollcall.db' })
  })

  test('names a SQL Server database', () => {
    const url = 'sqlserver://db:1433;database=rollcall;user=sa;password={a;b};encrypt=true'
    expect(parseDatabaseUrl(url)).toEqual({ dialect: 'sqlserver', connectionString: url })
  })

  test('says what is expected of one that it does not understand, and never repeats its password', () => {
    expect(refusal('postgres://rollcall:Geheim1@db/rollcall')).toMatchInlineSnapshot(
      `"DatabaseUrlError: DATABASE_URL should be file:<path> for SQLite, e.g. file:.data/rollcall.db, or sqlserver://<host>:<port>;database=<name>;user=<user>;password={<password>};encrypt=true for SQL Server; this one begins with postgres:."`,
    )
    const reason = (url: string) => refusal(url).slice(refusal(url).indexOf('this one'))
    expect(reason('sqlserver://;user=sa;password=Geheim1')).toBe('this one names no host.')
    expect(reason('sqlserver://db;user=sa;password={x;schema=y};schema=other')).toBe(
      'this one asks for a schema other than dbo, which the migrations do not create.',
    )
    expect(reason('file:')).toBe('this one names no file.')
    expect(reason('file:a.db?connection_limit=1')).toBe('this one has parameters behind a ?, which SQLite does not take here.')
    expect(reason('Server=db;Password=Geheim1')).toBe('this one begins with neither.')
  })

  test('is refused without its password where only the driver notices', async () => {
    const opening = createDatabase({ url: 'sqlserver://sa:Geheim1@db;database=rollcall' })
    await expect(opening).rejects.toThrow('the driver does not understand this one: look at its host, port and parameters.')
    await expect(opening).rejects.not.toThrow('Geheim1')
  })

  test('keeps a quoted password whole when parts of it are replaced', () => {
    const connectionString = 'sqlserver://db:1433;database=rollcall;password={a;connectionLimit=9;b};connectionLimit=5'
    expect(withConnectionLimit({ connectionString, limit: 1 })).toBe(
      'sqlserver://db:1433;database=rollcall;password={a;connectionLimit=9;b};connectionLimit=1',
    )
    expect(withDatabase({ connectionString, database: 'other' })).toBe(
      'sqlserver://db:1433;password={a;connectionLimit=9;b};connectionLimit=5;database=other',
    )
  })
})
