// What SQL knows of accounts that the directory has. After it was restored from an older backup it knows nothing of some, and their names are
// given back to their persons, so that whoever asks for them next finds the account. What must always hold: a name that SQL knows stays whose it is.
import type { AuditEntry } from '@rollcall/engine'
import type { AccountKind, ErasedBecause } from '@rollcall/provisioning'
import { insertAudit } from '../audit-log.ts'
import { chunks } from '../chunks.ts'
import type { PrismaClient, PrismaTransaction } from '../prisma.ts'
import { inTransaction, retryConflicts } from '../transaction.ts'
import { ownerKey } from './reservation.ts'

/** SQL Server takes 2,100 parameters. */
const PER_QUERY = 1_000

export interface NamedAccount {
  readonly azureId: string
  readonly personId: string
  /** The local part, in lower case. */
  readonly username: string
}

export interface UnknownAccount<Account> {
  readonly account: Account
  /** The person has a live user with another account: nobody gets two, so that somebody must choose. */
  readonly isSecond: boolean
}

export interface NameToTakeBack extends Omit<NamedAccount, 'azureId'> {
  readonly kind: AccountKind
  readonly at: number
  readonly audit: AuditEntry
}

export interface AccountNames {
  /** Those of which neither a person nor a name in SQL tells. */
  unknownOf<Account extends NamedAccount>(accounts: readonly Account[]): Promise<UnknownAccount<Account>[]>
  /**
   * Reserves an unknown account's name for its person, with a password that is gone, since nobody knows the account's. The name that the person
   * had here stays taken. False, with nothing changed and no audit row: the name is known by now, or the person has a live user.
   */
  takeBack(account: NameToTakeBack): Promise<boolean>
}

export function createAccountNames(prisma: PrismaClient): AccountNames {
  async function unknownOf<Account extends NamedAccount>(accounts: readonly Account[]): Promise<UnknownAccount<Account>[]> {
    const personIds = accounts.map(({ personId }) => personId)
    const usernames = accounts.map(({ username }) => username)
    const [persons, names, users] = await retryConflicts(() =>
      Promise.all([
        prisma.person.findMany({ where: { personId: { in: personIds } }, select: { azureId: true } }),
        prisma.usernameReservation.findMany({ where: { username: { in: usernames } }, select: { username: true } }),
        prisma.sysUser.findMany({ where: { livePersonId: { in: personIds } }, select: { personId: true } }),
      ]),
    )
    const knownIds = new Set(persons.map(({ azureId }) => azureId))
    const knownNames = new Set(names.map(({ username }) => username))
    const havingUser = new Set(users.map(({ personId }) => personId))
    return accounts
      .filter(({ azureId, username }) => !knownIds.has(azureId) && !knownNames.has(username))
      .map((account) => ({ account, isSecond: havingUser.has(account.personId) }))
  }

  return {
    async unknownOf(accounts) {
      const pages = []
      for (const some of chunks(accounts, PER_QUERY)) pages.push(...(await unknownOf(some)))
      return pages
    },

    takeBack: (account) => inTransaction(prisma, (tx) => takeBack(tx, account)),
  }
}

async function takeBack(tx: PrismaTransaction, { personId, kind, username, at, audit }: NameToTakeBack): Promise<boolean> {
  if (await tx.usernameReservation.findUnique({ where: { username }, select: { username: true } })) return false
  if (await tx.sysUser.findUnique({ where: { livePersonId: personId }, select: { sysUserId: true } })) return false
  const key = ownerKey({ personId, kind })
  const now = new Date(at)
  const standing = await tx.usernameReservation.findUnique({ where: { ownerKey: key }, select: { username: true } })
  if (standing)
    await tx.usernameReservation.update({
      where: { username: standing.username },
      data: { ownerKey: standing.username, unfinishedSince: null },
    })
  await tx.usernameReservation.create({ data: { username, personId, kind, reservedAt: now, ownerKey: key, unfinishedSince: now } })
  // Gone in the moment in which it was sealed: that there never was one is how the run tells that the account has a password of its own.
  const gone = { sealedPassword: null, createdAt: now, erasedAt: now, erasedBecause: 'notOurs' satisfies ErasedBecause, collectedBy: null }
  await tx.credential.upsert({ where: { personId_kind: { personId, kind } }, create: { personId, kind, ...gone }, update: gone })
  await insertAudit(tx, audit)
  return true
}
