import { TerminalError } from '@rollcall/engine'
import { type AccountChange, type ChangeOutcome, type OrganisationAccounts, statusSyncErrors } from '@rollcall/status-sync'
import { insertAudit } from '../audit-log.ts'
import { isUniqueViolation } from '../database-error.ts'
import type { Dialect } from '../dialect.ts'
import { type PrismaClient, unwrapTransaction } from '../prisma.ts'
import { inTransaction } from '../transaction.ts'
import { createAccountQueries } from './account-queries.ts'
import { numberKeyOf, rowOfNewAccount } from './account-rows.ts'
import { applyChanges } from './apply-changes.ts'
import { markVerified } from './mark-verified.ts'

/** Whoever loses a race for an id or a number finds the winner when it asks again. */
const MAX_RACES = 3

export function createOrganisationAccounts({
  prisma,
  dialect,
}: {
  readonly prisma: PrismaClient
  readonly dialect: Dialect
}): OrganisationAccounts {
  const add: OrganisationAccounts['add'] = (account, audit) =>
    inTransaction(prisma, async (tx) => {
      const { userId } = account
      const keys = { OR: [{ userId }, { numberKey: numberKeyOf(account) }] }
      const standing = await tx.organisationAccount.findMany({ where: keys, select: { userId: true } })
      if (standing.some((one) => one.userId === userId)) return false
      if (standing.length > 0) throw new TerminalError(statusSyncErrors.NUMBER_TAKEN)
      await tx.organisationAccount.create({ data: rowOfNewAccount(account) })
      await insertAudit(tx, audit)
      return true
    })

  return {
    ...createAccountQueries({ prisma, dialect }),

    apply: (tx, changes) => applyChanges(unwrapTransaction(tx), { changes, dialect }),

    markVerified: (tx, verified) => markVerified(unwrapTransaction(tx), { ...verified, dialect }),

    async add(account, audit) {
      for (let race = 1; ; race++) {
        try {
          return await add(account, audit)
        } catch (error) {
          if (!isUniqueViolation(error) || race === MAX_RACES) throw error
        }
      }
    },

    change: (change) => inTransaction(prisma, async (tx) => outcomeOf(change, await applyChanges(tx, { changes: [change], dialect }))),
  }
}

function outcomeOf({ userId }: AccountChange, outcomes: ReadonlyMap<string, ChangeOutcome>): ChangeOutcome {
  return outcomes.get(userId) ?? 'changed'
}
