import type { Alerts, RunMeasures } from '@rollcall/alerts'
import type { Closures, Leases, Ledger, RunQueries, Schedules, Signals } from '@rollcall/engine'
import type { CohortStore } from '@rollcall/operations'
import type { AccountStore, Credentials, ImportStore, UnfinishedAccounts, UsernameReservations } from '@rollcall/provisioning'
import type { OrganisationAccounts, SyncRuns } from '@rollcall/status-sync'
import { type AccountNames, createAccountNames } from './accounts/account-names.ts'
import { createAccountStore } from './accounts/account-store.ts'
import { createCredentials } from './accounts/credentials.ts'
import { createLostPasswords, type LostPasswords } from './accounts/lost-passwords.ts'
import { createReleaseReservation } from './accounts/release-reservation.ts'
import { createSqliteReservations } from './accounts/sqlite-reservations.ts'
import { createSqlServerReservations } from './accounts/sqlserver-reservations.ts'
import { createUnfinishedAccounts } from './accounts/unfinished-accounts.ts'
import { createAlerts } from './alerts/alerts.ts'
import { createRunMeasures } from './alerts/run-measures.ts'
import { type ApiKeys, createApiKeys } from './api-keys.ts'
import { createRunArchive, type RunArchive } from './archive/run-archive.ts'
import { createSqliteMoveRuns } from './archive/sqlite-move-runs.ts'
import { createSqlServerMoveRuns } from './archive/sqlserver-move-runs.ts'
import { type AuditLog, createAuditLog } from './audit-log.ts'
import { createClosures } from './closures.ts'
import { createCohortStore } from './cohorts/cohort-store.ts'
import { withPortErrors } from './database-error.ts'
import { parseDatabaseUrl } from './database-url.ts'
import type { Dialect } from './dialect.ts'
import { createImportStore } from './imports/import-store.ts'
import { createKeyFingerprints, type KeyFingerprints } from './key-fingerprints.ts'
import { createLeases } from './leases.ts'
import { createLedger } from './ledger/create-ledger.ts'
import { createSqliteLedgerSql } from './ledger/sqlite-ledger-sql.ts'
import { createSqlServerLedgerSql } from './ledger/sqlserver-ledger-sql.ts'
import { type OpenClient, openClient } from './open-client.ts'
import { createPersonStore, type PersonStore } from './persons/person-store.ts'
import type { PrismaClient } from './prisma.ts'
import { createRegistrationEvents, type RegistrationEvents } from './registrations/registration-events.ts'
import { createRegistrationSeeds, type RegistrationSeeds } from './registrations/registration-seeds.ts'
import { createRegistrationStore, type RegistrationStore } from './registrations/registration-store.ts'
import { createRetention, type Retention } from './retention/retention.ts'
import { createSchedules } from './schedules/create-schedules.ts'
import { createSignals } from './signals/signals.ts'
import { isSnapshotOn } from './sqlserver/is-snapshot-on.ts'
import { createOrganisationAccounts } from './status-sync/organisation-accounts.ts'
import { createSyncRuns } from './status-sync/sync-runs.ts'
import { type AccountOrders, createAccountOrders } from './sync-admin/account-orders.ts'
import { createJobReads, type JobReads } from './sync-admin/job-reads.ts'

export interface DatabaseOptions {
  /** DATABASE_URL: `file:<path>` or `sqlserver://…`. */
  readonly url: string
  /** Connections to SQL Server at most; SQLite has one. By default what the URL says, else the driver's. */
  readonly poolSize?: number
  /** Told the text of every statement that Prisma sends; SQLite's hot path goes past it. */
  readonly onQuery?: (sql: string) => void
}

export interface Database {
  readonly dialect: Dialect
  /** For what has no port. Inside a transaction use its client only: on SQLite the outer one waits for the transaction to end. */
  readonly prisma: PrismaClient
  readonly ledger: Ledger & RunQueries
  readonly leases: Leases
  readonly schedules: Schedules
  readonly closures: Closures
  readonly signals: Signals
  readonly audit: AuditLog
  readonly archive: RunArchive
  readonly retention: Retention
  readonly persons: PersonStore
  readonly apiKeys: ApiKeys
  readonly keyFingerprints: KeyFingerprints
  readonly reservations: UsernameReservations
  readonly accounts: AccountStore
  readonly accountNames: AccountNames
  readonly credentials: Credentials
  readonly lostPasswords: LostPasswords
  readonly unfinished: UnfinishedAccounts
  readonly imports: ImportStore
  readonly cohorts: CohortStore
  readonly organisationAccounts: OrganisationAccounts
  readonly syncRuns: SyncRuns
  readonly accountOrders: AccountOrders
  readonly jobReads: JobReads
  readonly alerts: Alerts
  readonly runMeasures: RunMeasures
  readonly registrations: RegistrationStore
  readonly registrationEvents: RegistrationEvents
  readonly registrationSeeds: RegistrationSeeds
  /** @throws LedgerUnavailableError */
  ping(): Promise<void>
  /** Whether reads go past commits instead of waiting for them; null on SQLite, where they always do. */
  readCommittedSnapshot(): Promise<boolean | null>
  /** The first statements through Prisma stall the event loop for 50-150 ms: call it before work is taken. */
  warmUp(): Promise<void>
  close(): Promise<void>
}

const NO_RUN = '00000000-0000-0000-0000-000000000000'

/**
 * Opens a database, whose migrations must have been applied. Every port answers an unreachable database with LedgerUnavailableError.
 * @throws DatabaseUrlError
 */
export async function createDatabase({ url, ...options }: DatabaseOptions): Promise<Database> {
  return databaseOver(await openClient({ ...options, url: parseDatabaseUrl(url) }))
}

/** All the ports over a client that is open. */
export function databaseOver(client: OpenClient): Database {
  const { dialect, prisma, close } = client
  const { sql, reservations, move } = nativeParts(client)
  const ledger = withPortErrors(createLedger({ prisma, sql }))
  return {
    dialect,
    prisma,
    ledger,
    leases: withPortErrors(createLeases({ prisma, dialect })),
    closures: withPortErrors(createClosures(prisma)),
    schedules: withPortErrors(createSchedules({ prisma, sql })),
    signals: withPortErrors(createSignals(prisma)),
    audit: withPortErrors(createAuditLog(prisma)),
    archive: withPortErrors(createRunArchive({ prisma, move })),
    retention: withPortErrors(createRetention(prisma)),
    persons: withPortErrors(createPersonStore({ prisma, connection: client.dialect === 'sqlite' ? client.connection : null })),
    apiKeys: withPortErrors(createApiKeys(prisma)),
    keyFingerprints: withPortErrors(createKeyFingerprints(prisma)),
    reservations: withPortErrors({ ...reservations, release: createReleaseReservation(dialect) }),
    accounts: withPortErrors(createAccountStore({ prisma, dialect })),
    accountNames: withPortErrors(createAccountNames(prisma)),
    credentials: withPortErrors(createCredentials({ prisma, dialect })),
    lostPasswords: withPortErrors(createLostPasswords(prisma)),
    unfinished: withPortErrors(createUnfinishedAccounts({ prisma, dialect })),
    imports: withPortErrors(createImportStore({ prisma, dialect })),
    cohorts: withPortErrors(createCohortStore({ prisma, dialect })),
    organisationAccounts: withPortErrors(createOrganisationAccounts({ prisma, dialect })),
    syncRuns: withPortErrors(createSyncRuns({ prisma, dialect, sql })),
    accountOrders: withPortErrors(createAccountOrders({ prisma, dialect, sql })),
    jobReads: withPortErrors(createJobReads(prisma)),
    alerts: withPortErrors(createAlerts({ prisma, sql })),
    runMeasures: withPortErrors(createRunMeasures(prisma)),
    registrations: withPortErrors(createRegistrationStore(prisma)),
    registrationEvents: withPortErrors(createRegistrationEvents({ prisma, dialect })),
    registrationSeeds: withPortErrors(createRegistrationSeeds({ prisma, dialect })),
    ...withPortErrors({
      async ping() {
        await prisma.$queryRawUnsafe('SELECT 1 AS one')
      },
      readCommittedSnapshot: async () => (dialect === 'sqlite' ? null : isSnapshotOn(prisma)),
      async warmUp() {
        await ledger.read([NO_RUN])
        await prisma.$transaction((tx) => tx.run.updateMany({ where: { uuid: NO_RUN }, data: { attempt: 0 } }))
      },
    }),
    close,
  }
}

/** What is written once per database. */
function nativeParts(client: OpenClient) {
  if (client.dialect === 'sqlite') {
    const { connection } = client
    return {
      sql: createSqliteLedgerSql(connection),
      reservations: createSqliteReservations(connection),
      move: createSqliteMoveRuns(connection),
    }
  }
  const { prisma } = client
  return {
    sql: createSqlServerLedgerSql(prisma),
    reservations: createSqlServerReservations(prisma),
    move: createSqlServerMoveRuns(prisma),
  }
}
