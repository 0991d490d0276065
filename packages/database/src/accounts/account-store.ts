import { TerminalError, TransientError } from '@rollcall/engine'
import { type AccountStore, type EnrollmentStatus, provisioningErrors, SYS_ROLE_IDS } from '@rollcall/provisioning'
import { chunks } from '../chunks.ts'
import type { Dialect } from '../dialect.ts'
import { type PrismaClient, unwrapTransaction } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { gatherPersists } from './gather-persists.ts'
import type { PersistAccounts } from './persist-accounts.ts'
import { persistAccountsOnSqlite } from './sqlite-persist-accounts.ts'
import { persistAccountsOnSqlServer } from './sqlserver-persist-accounts.ts'

/** SQL Server takes 2,100 parameters. */
const PERSONS_PER_QUERY = 1_000

const PERSIST: Readonly<Record<Dialect, PersistAccounts>> = { sqlite: persistAccountsOnSqlite, sqlserver: persistAccountsOnSqlServer }

export function createAccountStore({ prisma, dialect }: { prisma: PrismaClient; dialect: Dialect }): AccountStore {
  const persistRows = gatherPersists(PERSIST[dialect])
  return {
    async findLive(personIds) {
      const pages = chunks(personIds, PERSONS_PER_QUERY).map((livePersonIds) =>
        retryConflicts(() =>
          prisma.sysUser.findMany({
            where: { livePersonId: { in: livePersonIds } },
            select: { sysUserId: true, personId: true, username: true, enrollmentStatus: true },
          }),
        ),
      )
      const rows = (await Promise.all(pages)).flat()
      return rows.map((row) => ({ ...row, enrollmentStatus: enrollmentStatusOf(row.enrollmentStatus) }))
    },

    async persist(tx, account) {
      const rows = { ...account, sysRoleId: SYS_ROLE_IDS[account.kind] }
      const answer = await persistRows(unwrapTransaction(tx), rows)
      if (answer === 'belongsToAnother')
        throw new TerminalError(provisioningErrors.ACCOUNT_BELONGS_TO_ANOTHER, `The run is ${account.runUuid}.`)
      if (answer === 'standsAlready') throw new TransientError(provisioningErrors.USER_STANDS_ALREADY)
    },

    async setEnrollmentStatus(tx, { personId, status, at }) {
      await unwrapTransaction(tx).sysUser.updateMany({
        where: { livePersonId: personId, enrollmentStatus: { not: status } },
        data: { enrollmentStatus: status, updatedAt: new Date(at) },
      })
    },
  }
}

/** Only this store writes the column, from the words of the same type. */
function enrollmentStatusOf(word: string): EnrollmentStatus {
  return word as EnrollmentStatus
}
