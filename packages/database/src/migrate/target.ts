import type { Dialect } from '../dialect.ts'
import type { MigrationFile } from './migration-files.ts'
import type { MigrationRow } from './plan.ts'

/** A database that migrations can be applied to. */
export interface MigrationTarget {
  readonly dialect: Dialect
  /** Applies what is pending and answers the names. Of several processes at once, one applies and the others wait. @throws MigrationError */
  deploy(files: readonly MigrationFile[]): Promise<string[]>
  rows(): Promise<MigrationRow[]>
  /** After an operator repaired a failed migration's remains: lets it run again. False if no such failure is recorded. */
  markRolledBack(name: string): Promise<boolean>
  close(): Promise<void>
}
