// How long everything is kept, table by table: the one place. The nightly duty of worker-sync acts on it, a person's export quotes it, and
// docs/personal-data.md prints it.

export interface RetentionRow {
  readonly tables: readonly string[]
  /** What it holds of people. */
  readonly holds: string
  /** Why it is kept at all. */
  readonly why: string
  /** From when its age counts; null where age does not matter. */
  readonly age: string | null
  /** Null where it is never removed by age. */
  readonly days: number | null
  /** The setting that changes the days; null where they are fixed. */
  readonly setting: string | null
  /** What happens then. */
  readonly afterwards: string
}

export const RETENTION = {
  runs: {
    tables: ['AzureDataSync', 'ObjectHistory', 'RunSignal'],
    holds: 'what was asked for a person (names, birth date, school, classes), and every step that was taken',
    why: 'to carry the request out, and to answer for it while questions are likely',
    age: 'the end of the run',
    days: 90,
    setting: 'RUNS_KEPT_DAYS',
    afterwards: 'moved to the archive, without the signals that were sent to it, whose answers its history has; a live run never is',
  },
  archive: {
    tables: ['AzureDataSyncArchived', 'ObjectHistoryArchived'],
    holds: 'the same',
    why: 'to answer years later who asked for an account, and what became of it',
    age: 'the day of archiving',
    days: 1_825,
    setting: 'ARCHIVE_KEPT_DAYS',
    afterwards: 'deleted',
  },
  syncs: {
    tables: ['SyncRun', 'SyncItem'],
    holds:
      'the userId of each account that was changed or found to be odd, with its status before and after and the registration as it was read',
    why: 'to tell why an account was changed, held or left alone',
    age: 'the end of the run',
    days: 90,
    setting: 'RUNS_KEPT_DAYS',
    afterwards: 'deleted, once its run is in the archive; that of a live run never is',
  },
  ticks: {
    tables: ['ScheduleTick'],
    holds: 'nobody; uuids of runs',
    why: 'to tell when a schedule was served, and when it found its run still going',
    age: 'the tick',
    days: 90,
    setting: 'RUNS_KEPT_DAYS',
    afterwards: 'deleted',
  },
  requests: {
    tables: ['Request'],
    holds: 'uuids of runs under the Idempotency-Key of their sender, and a hash of the body',
    why: 'to answer a repeated request with the same runs',
    age: 'the request',
    days: 30,
    setting: null,
    afterwards: 'deleted',
  },
  credentials: {
    tables: ['Credential'],
    holds: 'the initial password, encrypted, until it is handed out; afterwards who collected it and when',
    why: 'to hand the initial password out once',
    age: 'its making',
    days: 30,
    setting: 'CREDENTIAL_KEPT_DAYS',
    afterwards: 'the password is erased, the row stays as long as the account',
  },
  imports: {
    tables: ['ImportRow'],
    holds: 'the cells of an uploaded file, and what is wrong with them',
    why: 'to show whoever uploaded a file what came of each row',
    age: 'the end of the last run of the import',
    days: 90,
    setting: 'IMPORTS_KEPT_DAYS',
    afterwards: 'cells, errors and personIds are erased',
  },
  importSkeletons: {
    tables: ['Import', 'ImportRow'],
    holds: 'nobody any more: numbers of rows, outcomes and uuids of runs',
    why: 'to tell which run came from which file, as long as the archive tells of the run',
    age: 'the upload',
    days: 1_825,
    setting: 'ARCHIVE_KEPT_DAYS',
    afterwards: 'deleted',
  },
  cohorts: {
    tables: ['CohortItem'],
    holds: 'uuids of runs that were replayed together',
    why: 'to tell what an order of an operator did',
    age: 'the order',
    days: 365,
    setting: 'COHORTS_KEPT_DAYS',
    afterwards: 'deleted',
  },
  closures: {
    tables: ['ResourceClosure'],
    holds: 'nobody; the names of operators',
    why: 'to tell when an outside system was closed, by whom and why',
    age: 'the reopening',
    days: 365,
    setting: 'CLOSURES_KEPT_DAYS',
    afterwards: 'deleted',
  },
  alerts: {
    tables: ['Alert'],
    holds: 'nobody',
    why: 'to tell when the fleet was not well, and for how long',
    age: 'its end',
    days: 365,
    setting: 'ALERTS_KEPT_DAYS',
    afterwards: 'deleted; one that stands never is',
  },
  audit: {
    tables: ['AuditLog'],
    holds: 'who did what to whom or read whose data, and why; of the person the id',
    why: 'to account for what operators did and read; it outlives the erasure of a person',
    age: 'the entry',
    days: 1_825,
    setting: 'AUDIT_KEPT_DAYS',
    afterwards: 'deleted',
  },
  accounts: {
    tables: ['Person', 'SysUser', 'SysUserSysRole'],
    holds: 'name, birth date, account and roles',
    why: 'it is the register of the accounts that stand',
    age: null,
    days: null,
    setting: null,
    afterwards: 'stays until the person is erased',
  },
  organisations: {
    tables: ['OrganisationAccount'],
    holds:
      'userId, e-mail address, name of the organisation, registration number, object id in the directory, and the reason for its status, which a person may have written',
    why: 'it is the register of the login accounts of organisations and of those who act for them',
    age: null,
    days: null,
    setting: null,
    afterwards: 'stays, closed accounts too, so that nobody else comes by their number; the erasure of a person does not reach it',
  },
  registrations: {
    tables: ['Registration'],
    holds: 'name of the organisation, registration number, and the userId of whoever applied',
    why: 'it is the register of the registration service, which accounts follow',
    age: null,
    days: null,
    setting: null,
    afterwards: 'stays',
  },
  registrationEvents: {
    tables: ['RegistrationEvent'],
    holds: 'the registration as it was after a change, as it is pushed',
    why: 'to push each change, in order, and to tell what was pushed',
    age: 'the change',
    days: 30,
    setting: null,
    afterwards: 'deleted, by the registration service; one that is neither delivered nor given up never is',
  },
  usernames: {
    tables: ['UsernameReservation'],
    holds: 'the username, which a teacher’s name can be read from, and whose it is',
    why: 'so that a username is never given to anybody else',
    age: null,
    days: null,
    setting: null,
    afterwards: 'stays; once the person is erased it says no longer whose it was',
  },
  settings: {
    tables: ['ApiKey', 'Institution', 'KeyFingerprint', 'Lease', 'Schedule', 'SysRole'],
    holds: 'nobody; the names of keys and of operators, and the numbers of schools',
    why: 'it is what the fleet works with, a few rows that are written over',
    age: null,
    days: null,
    setting: null,
    afterwards: 'stays',
  },
} as const satisfies Readonly<Record<string, RetentionRow>>

export type RetentionName = keyof typeof RETENTION
