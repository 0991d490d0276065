import type { VerifiedAccount } from '@rollcall/status-sync'
import type { Dialect } from '../dialect.ts'
import type { PrismaTransaction } from '../prisma.ts'
import { rowsOfVerified } from './account-rows.ts'
import { type Columns, jsonRows, ORDINAL, openJson, TEXT, WORDS } from './words.ts'

const VERIFIED: Columns = { userId: TEXT, statusVersion: 'INT', registrationId: TEXT, registrationVersion: 'INT' }

/** @param account the account's row as the database names it */
const assignments = (account: string, at: string, ordinal: string) => {
  const isNews = `j.[registrationVersion] IS NOT NULL AND ${account}.[statusVersion] = j.[statusVersion]
      AND (${account}.[registrationId] IS NULL OR ${account}.[registrationId] = j.[registrationId]${ordinal})
      AND (${account}.[registrationVersion] IS NULL OR ${account}.[registrationVersion] < j.[registrationVersion])`
  return `[lastSyncAt] = ${at},
  [registrationId] = CASE WHEN ${isNews} THEN j.[registrationId] ELSE ${account}.[registrationId] END,
  [registrationVersion] = CASE WHEN ${isNews} THEN j.[registrationVersion] ELSE ${account}.[registrationVersion] END`
}

/** One statement over the accounts as JSON (`rowsOfVerified`) and the time. */
export const MARK_VERIFIED: Readonly<Record<Dialect, (accounts: string, at: string) => string>> = {
  sqlite: (accounts, at) => `${jsonRows(accounts, VERIFIED)}
UPDATE [OrganisationAccount] SET ${assignments('[OrganisationAccount]', at, '')}
FROM j WHERE [OrganisationAccount].[userId] = j.[userId]`,
  sqlserver: (accounts, at) => `UPDATE a SET ${assignments('a', at, ` ${ORDINAL}`)}
FROM ${openJson(accounts, VERIFIED)} AS j
INNER LOOP JOIN [dbo].[OrganisationAccount] AS a ON a.[userId] = j.[userId] ${ORDINAL};`,
}

export async function markVerified(
  tx: PrismaTransaction,
  { accounts, at, dialect }: { readonly accounts: readonly VerifiedAccount[]; readonly at: number; readonly dialect: Dialect },
): Promise<void> {
  if (accounts.length === 0) return
  const { parameter, time } = WORDS[dialect]
  const sql = MARK_VERIFIED[dialect](parameter(1), parameter(2))
  await tx.$executeRawUnsafe(sql, JSON.stringify(rowsOfVerified(accounts)), time(at))
}
