import { gather } from '@rollcall/engine'
import type { PrismaTransaction } from '../prisma.ts'
import type { AccountRows, PersistAccounts, PersistAnswer } from './persist-accounts.ts'

const MAX_TOGETHER = 100

export type PersistAccount = (tx: PrismaTransaction, account: AccountRows) => Promise<PersistAnswer>

/** Accounts that are written in one transaction at once are written by one statement. */
export function gatherPersists(persist: PersistAccounts): PersistAccount {
  const ofTransaction = new WeakMap<PrismaTransaction, (account: AccountRows) => Promise<PersistAnswer>>()
  return (tx, account) => {
    const share = ofTransaction.get(tx) ?? gather({ max: MAX_TOGETHER, flush: (accounts) => persistDistinct({ tx, accounts, persist }) })
    ofTransaction.set(tx, share)
    return share(account)
  }
}

/** What names a person or a username for the second time waits for the first: it must find what that one wrote. */
async function persistDistinct({
  tx,
  accounts,
  persist,
}: {
  readonly tx: PrismaTransaction
  readonly accounts: readonly AccountRows[]
  readonly persist: PersistAccounts
}): Promise<readonly PersistAnswer[]> {
  const answers = new Map<AccountRows, PersistAnswer>()
  for (let left = accounts; left.length > 0; left = left.filter((account) => !answers.has(account))) {
    // In one order, so that two transactions lock rows in the same.
    const some = distinct(left).toSorted((a, b) => (a.personId < b.personId ? -1 : 1))
    const found = await persist(tx, some)
    for (const [index, account] of some.entries()) answers.set(account, answerOf(found[index]))
  }
  return accounts.map((account) => answerOf(answers.get(account)))
}

function distinct(accounts: readonly AccountRows[]): AccountRows[] {
  const seen = new Set<string>()
  return accounts.filter(({ personId, username }) => {
    const keys = [`person ${personId}`, `name ${username}`]
    if (keys.some((key) => seen.has(key))) return false
    for (const key of keys) seen.add(key)
    return true
  })
}

function answerOf(answer: PersistAnswer | undefined): PersistAnswer {
  if (answer === undefined) throw new Error('A statement that persists accounts answered fewer than it was given.')
  return answer
}
