// All that is kept about one person, over every table that can know them: to be shown to them, and to be erased.
// What must always hold: a column that comes to hold somebody's data is added here, to both.
import type { AuditEntry, EpochMs } from '@rollcall/engine'
import type { AccountKind } from '@rollcall/provisioning'
import type { PrismaClient } from '../prisma.ts'
import type { SqliteConnection } from '../sqlite/connection.ts'
import { type Cleared, clearRemains } from '../sqlite/remains.ts'
import { erasePerson } from './erase-person.ts'
import { isKept } from './is-kept.ts'
import { type PersonRecords, readPerson } from './read-person.ts'

export interface PersonStore {
  /** Whether anything is kept under this id; the audit log does not count. */
  isKept(personId: string): Promise<boolean>
  read(personId: string): Promise<PersonRecords>
  erase(order: Erasure): Promise<ErasureResult>
  /** Whatever is left in SQLite's file of persons who were erased. Nobody can write meanwhile, for about a second per 200 MB. */
  clearRemains(): Promise<Cleared>
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

interface Erased {
  readonly auditRows: number
  /** Copies may stand in unused parts of the file until `clearRemains` was called. */
  readonly remainsLeft: boolean
}

export type ErasureResult =
  | (Erased & { readonly kind: 'erased'; readonly accounts: readonly ErasedAccount[]; readonly counts: ErasedCounts })
  /** Nothing is kept any more, since it was erased before. */
  | (Erased & { readonly kind: 'erasedBefore'; readonly at: EpochMs })
  /** Nothing was ever kept under this id. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'runLives'; readonly uuid: string }
  | { readonly kind: 'accountStands'; readonly sysUserId: string }
  /** A name is reserved for an account that led to no user and may stand in the directory. */
  | { readonly kind: 'accountUnfinished'; readonly of: AccountKind }

/** Half a second without writers, and nobody notices. */
const MOST_BYTES_AT_ONCE = 128 * 1_024 * 1_024

/** @param connection SQLite's own, null on SQL Server */
export function createPersonStore({ prisma, connection }: { prisma: PrismaClient; connection: SqliteConnection | null }): PersonStore {
  const clear = async (mostBytes: number) => (connection ? clearRemains({ connection, mostBytes }) : 'none')
  return {
    isKept: (personId) => isKept(prisma, personId),
    read: (personId) => readPerson(prisma, personId),
    async erase(order) {
      const result = await erasePerson({ prisma, dialect: connection ? 'sqlite' : 'sqlserver' }, order)
      if (result.kind !== 'erased' && result.kind !== 'erasedBefore') return result
      // The rows are gone whatever comes now. What could not be cleared is noted in the file; the next night tries again, and says why it cannot.
      const cleared = await clear(MOST_BYTES_AT_ONCE).catch(() => 'left' as const)
      return { ...result, remainsLeft: cleared === 'left' }
    },
    clearRemains: () => clear(Number.POSITIVE_INFINITY),
  }
}
