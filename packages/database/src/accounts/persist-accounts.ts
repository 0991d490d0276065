import type { AccountToPersist } from '@rollcall/provisioning'
import type { PrismaTransaction } from '../prisma.ts'

/** Writes accounts of distinct persons and usernames in each database's own SQL, with as few statements as it allows; an answer per account. */
export type PersistAccounts = (tx: PrismaTransaction, accounts: readonly AccountRows[]) => Promise<readonly PersistAnswer[]>

export type PersistAnswer = 'persisted' | 'belongsToAnother' | 'standsAlready'

export interface AccountRows extends AccountToPersist {
  readonly sysRoleId: number
}
