import type { PrismaTransaction } from '../prisma.ts'
import type { AccountRows, PersistAccounts, PersistAnswer } from './persist-accounts.ts'

export type PersistAccount = (tx: PrismaTransaction, account: AccountRows) => Promise<PersistAnswer>

interface Call {
  readonly account: AccountRows
  readonly resolve: (answer: PersistAnswer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Accounts that are written in one transaction at once are written by one statement. Those that ask in one go are together: waiting for more
 * would keep the transaction open, and on SQLite everybody else out.
 */
export function gatherPersists(persist: PersistAccounts): PersistAccount {
  const waiting = new WeakMap<PrismaTransaction, Call[]>()
  return (tx, account) =>
    new Promise((resolve, reject) => {
      const call = { account, resolve, reject }
      const others = waiting.get(tx)
      if (others) return void others.push(call)
      const calls = [call]
      waiting.set(tx, calls)
      queueMicrotask(() => {
        waiting.delete(tx)
        void flush({ tx, calls, persist })
      })
    })
}

async function flush({
  tx,
  calls,
  persist,
}: {
  readonly tx: PrismaTransaction
  readonly calls: readonly Call[]
  readonly persist: PersistAccounts
}): Promise<void> {
  try {
    const answers = await persistDistinct({ tx, accounts: calls.map(({ account }) => account), persist })
    for (const [index, { resolve }] of calls.entries()) resolve(answerOf(answers[index]))
  } catch (error) {
    for (const { reject } of calls) reject(error)
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
