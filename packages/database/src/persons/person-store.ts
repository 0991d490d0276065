// All that is kept about one person, over every table that can know them: to be shown to them, and to be erased.
// What must always hold: a column that comes to hold somebody's data is added here, to both.
import type { AuditEntry, EpochMs } from '@rollcall/engine'
import type { AccountKind } from '@rollcall/provisioning'
import type { PrismaClient } from '../prisma.ts'
import type { SqliteConnection } from '../sqlite/connection.ts'
import { truncateLog } from '../sqlite/truncate-log.ts'
import { erasePerson } from './erase-person.ts'
import { isKept } from './is-kept.ts'
import { type PersonRecords, readPerson } from './read-person.ts'

export interface PersonStore {
  /** Whether anything is kept under this id; the audit log does not count. */
  isKept(personId: string): Promise<boolean>
  read(personId: string): Promise<PersonRecords>
  erase(order: Erasure): Promise<ErasureResult>
}

export interface Erasure {
  readonly personId: string
  /** The caller answers for it that no account of theirs stands in the directory any more. */
  readonly accountsRemoved: boolean
  /** Written with what was erased; its details are completed with the counts. */
  readonly audit: AuditEntry
}

/** An account as it stood before it was erased. */
export interface ErasedAccount {
  readonly sysUserId: string
  readonly username: string
  readonly azureId: string | null
  readonly live: boolean
}

/** How many rows of each kind were deleted or emptied. */
export interface ErasedCounts {
  readonly person: number
  readonly users: number
  readonly roles: number
  readonly credentials: number
  readonly runs: number
  readonly archivedRuns: number
  /** Events of their runs. */
  readonly history: number
  readonly importRows: number
  /** Audit rows whose details named their username or runs. */
  readonly auditDetails: number
  /** Kept, under a pseudonym. */
  readonly usernames: number
}

export type ErasureResult =
  | { readonly kind: 'erased'; readonly accounts: readonly ErasedAccount[]; readonly counts: ErasedCounts; readonly auditRows: number }
  /** Nothing is kept any more, since it was erased before. */
  | { readonly kind: 'erasedBefore'; readonly at: EpochMs; readonly auditRows: number }
  /** Nothing was ever kept under this id. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'runLives'; readonly uuid: string }
  | { readonly kind: 'accountStands'; readonly sysUserId: string }
  /** A name is reserved for an account that led to no user and may stand in the directory. */
  | { readonly kind: 'accountUnfinished'; readonly of: AccountKind }

/** @param connection SQLite's own, null on SQL Server: what was erased must leave the file beside the database, too */
export function createPersonStore({ prisma, connection }: { prisma: PrismaClient; connection: SqliteConnection | null }): PersonStore {
  return {
    isKept: (personId) => isKept(prisma, personId),
    read: (personId) => readPerson(prisma, personId),
    async erase(order) {
      const result = await erasePerson(prisma, order)
      if (result.kind === 'erased' && connection) await truncateLog(connection)
      return result
    },
  }
}
