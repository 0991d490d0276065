import type { AccountToPersist } from '@rollcall/provisioning'
import type { PrismaTransaction } from '../prisma.ts'

/** Writes an account in each database's own SQL, with as few statements as it allows. */
export type PersistAccount = (tx: PrismaTransaction, account: AccountRows) => Promise<'persisted' | 'belongsToAnother' | 'standsAlready'>

export interface AccountRows extends AccountToPersist {
  readonly sysRoleId: number
}
