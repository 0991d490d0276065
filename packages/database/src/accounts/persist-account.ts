import type { AccountToPersist } from '@rollcall/provisioning'
import type { PrismaTransaction } from '../prisma.ts'

/** Writes an account in each database's own SQL, with as few statements as it allows. */
export type PersistAccount = (tx: PrismaTransaction, account: AccountRows) => Promise<'persisted' | 'belongsToAnother'>

/** An account with the ids that its rows need. */
export interface AccountRows extends AccountToPersist {
  /** Of the SysUser row, should it be new. */
  readonly newSysUserId: string
  readonly sysRoleId: number
}
