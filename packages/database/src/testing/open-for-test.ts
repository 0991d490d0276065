import { onTestFinished } from 'vitest'
import type { Database } from '../create-database.ts'
import type { TestDialect } from './test-dialects.ts'

/** A database for the running test, gone when it is over. */
export async function openForTest({ open }: TestDialect): Promise<Database> {
  const { database, cleanup } = await open()
  onTestFinished(cleanup)
  return database
}
