import type { Fleet } from '../fleet/start-fleet.ts'
import type { Account } from './account-for.ts'
import { formatTable } from './format-table.ts'

export interface Summary {
  readonly accounts: readonly Account[]
  readonly doubledAccounts: number
  readonly seconds: number
  readonly fleet: Fleet
  readonly keys: { readonly reader: string }
  /** Whether the fleet goes on running. */
  readonly keep: boolean
}

/** Prints a table that accounts for every row. @returns whether every row ended as the roster expects, and nobody has two accounts */
export function printSummary({ accounts, doubledAccounts, seconds, fleet, keys, keep }: Summary): boolean {
  const count = (ended: Account['ended']) => accounts.filter((account) => account.ended === ended).length
  const adopted = accounts.filter((account) => account.why === 'adopted').length
  console.log(`
${accounts.length} rows in ${seconds.toFixed(1)} s
  full        ${count('full')}   account, school, classes and user${adopted > 0 ? `; ${adopted} of them adopted an account that was there` : ''}
  partial     ${count('partial')}   account and user stand, enrolment is tried again later
  refused     ${count('refused')}   told the caller why, nothing stored
  failed      ${count('failed')}
  unfinished  ${count('unfinished')}
  people with two accounts: ${doubledAccounts}
`)
  const telling = accounts.filter(({ ended, row }) => ended !== 'full' || row.note !== '')
  const rows = telling.map(({ row, ended, why, asExpected }) => ({
    line: row.line,
    role: row.role,
    ended: asExpected ? ended : `${ended}, expected ${row.expected}`,
    why,
    note: row.note,
  }))
  console.log(formatTable(rows))
  // Addresses of a fleet that is about to stop would lead nowhere.
  console.log(
    keep
      ? `
Look at
  ${fleet.apiUrl}/docs
  ${fleet.apiUrl}/azure-data-sync?status=completed   with the header Authorization: Bearer ${keys.reader}`
      : '\n`npm run demo -- --keep` leaves the fleet running, and says where to look at it.',
  )
  console.log(`The logs of each process: ${fleet.logFolder}`)
  return doubledAccounts === 0 && accounts.every((account) => account.asExpected)
}
