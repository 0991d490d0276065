import { resolve } from 'node:path'
import { connectionParameter } from './sqlserver/connection-string.ts'

export type DatabaseUrl =
  | { readonly dialect: 'sqlite'; readonly file: string }
  | { readonly dialect: 'sqlserver'; readonly connectionString: string }

const SHAPES =
  'DATABASE_URL should be file:<path> for SQLite, e.g. file:.data/rollcall.db, or sqlserver://<host>:<port>;database=<name>;user=<user>;password={<password>};encrypt=true for SQL Server'

/** Never quotes the URL, which may hold a password. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError'
  constructor(what: string) {
    super(`${SHAPES}; ${what}`)
  }
}

/**
 * Understands DATABASE_URL. A relative SQLite path counts from the working directory. @throws DatabaseUrlError
 */
export function parseDatabaseUrl(url: string): DatabaseUrl {
  if (url.startsWith('file:')) {
    const path = url.slice('file:'.length).replace(/^\/\/(?=\/)/, '')
    if (path === '') throw new DatabaseUrlError('this one names no file.')
    if (path.includes('?')) throw new DatabaseUrlError('this one has parameters behind a ?, which SQLite does not take here.')
    return { dialect: 'sqlite', file: path === ':memory:' ? path : resolve(path) }
  }
  if (url.startsWith('sqlserver://')) {
    if (/^sqlserver:\/\/\s*(;|$)/.test(url)) throw new DatabaseUrlError('this one names no host.')
    const schema = connectionParameter({ connectionString: url, names: ['schema'] })
    if (schema !== null && schema !== 'dbo')
      throw new DatabaseUrlError('this one asks for a schema other than dbo, which the migrations do not create.')
    return { dialect: 'sqlserver', connectionString: url }
  }
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0]
  throw new DatabaseUrlError(scheme ? `this one begins with ${scheme}:.` : 'this one begins with neither.')
}
