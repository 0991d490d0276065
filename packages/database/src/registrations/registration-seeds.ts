// Registrations, and accounts that match them, by the thousand: for trying the fleet out. Nobody is told of them, and what stands already is
// left alone, so that a seed that was cut short is done again.
import type { EpochMs } from '@rollcall/engine'
import type { Dialect } from '../dialect.ts'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import type { RegistrationRecord } from './registration-store.ts'

export interface SeededAccount {
  readonly userId: string
  readonly accountStatus: string
  readonly organizationStatus: string | null
  readonly registrationNumber: string | null
  readonly organizationName: string
  readonly registrationVersion: number | null
  readonly createdAt: EpochMs
}

export interface RegistrationSeeds {
  /** @param registrations some thousands at most: they are one statement. @returns how many did not stand yet */
  addRegistrations(registrations: readonly RegistrationRecord[]): Promise<number>
  addAccounts(accounts: readonly SeededAccount[]): Promise<number>
}

/** A column, and how SQL Server reads it from JSON. */
type Columns = Readonly<Record<string, string>>

const TEXT = 'NVARCHAR(4000)'
const REGISTRATION: Columns = {
  registrationId: TEXT,
  registrationNumber: TEXT,
  userId: TEXT,
  status: TEXT,
  organizationName: TEXT,
  version: 'INT',
  createdAt: 'DATETIME2',
  updatedAt: 'DATETIME2',
}
const ACCOUNT: Columns = {
  userId: TEXT,
  type: TEXT,
  organizationName: TEXT,
  accountStatus: TEXT,
  organizationStatus: TEXT,
  registrationNumber: TEXT,
  numberKey: TEXT,
  statusSource: TEXT,
  statusReason: TEXT,
  statusChangedAt: 'DATETIME2',
  statusVersion: 'INT',
  registrationVersion: 'INT',
  createdAt: 'DATETIME2',
  updatedAt: 'DATETIME2',
}

export function createRegistrationSeeds({
  prisma,
  dialect,
}: {
  readonly prisma: PrismaClient
  readonly dialect: Dialect
}): RegistrationSeeds {
  const time = (ms: EpochMs) => (dialect === 'sqlite' ? ms : new Date(ms).toISOString().slice(0, -1))
  const insert = (sql: string, rows: readonly object[]) => retryConflicts(() => prisma.$executeRawUnsafe(sql, JSON.stringify(rows)))
  const registrations = INSERT[dialect]({ table: 'Registration', key: 'registrationId', columns: REGISTRATION })
  const accounts = INSERT[dialect]({ table: 'OrganisationAccount', key: 'userId', columns: ACCOUNT })

  return {
    addRegistrations: (records) =>
      insert(
        registrations,
        records.map(({ createdAt, updatedAt, ...record }) => ({ ...record, createdAt: time(createdAt), updatedAt: time(updatedAt) })),
      ),

    addAccounts: (seeded) =>
      insert(
        accounts,
        seeded.map(({ createdAt, ...account }) => ({
          ...account,
          type: 'organization',
          numberKey: account.registrationNumber ?? `user:${account.userId}`,
          statusSource: 'registration_sync',
          statusReason: 'SEEDED',
          statusChangedAt: time(createdAt),
          statusVersion: 1,
          createdAt: time(createdAt),
          updatedAt: time(createdAt),
        })),
      ),
  }
}

interface Insertion {
  readonly table: string
  readonly key: string
  readonly columns: Columns
}

/** The rows are one parameter, as JSON. */
const INSERT: Readonly<Record<Dialect, (insertion: Insertion) => string>> = {
  sqlite: ({ table, key, columns }) => {
    const names = Object.keys(columns)
    return `INSERT INTO ${table} (${names.join(', ')})
SELECT ${names.map((name) => `value ->> '${name}'`).join(', ')} FROM json_each(?1)
WHERE NOT EXISTS (SELECT 1 FROM ${table} AS t WHERE t.${key} = value ->> '${key}')`
  },
  sqlserver: ({ table, key, columns }) => {
    const names = Object.keys(columns).map((name) => `[${name}]`)
    const read = Object.entries(columns).map(([name, type]) => `[${name}] ${type} '$.${name}'`)
    return `INSERT INTO [dbo].[${table}] (${names.join(', ')})
SELECT ${names.map((name) => `j.${name}`).join(', ')} FROM OPENJSON(@P1) WITH (${read.join(', ')}) AS j
WHERE NOT EXISTS (SELECT 1 FROM [dbo].[${table}] AS t WHERE t.[${key}] = j.[${key}] COLLATE Latin1_General_100_BIN2)`
  },
}
