// The database, and what the ledger in it says of the fleet: with the API and Redis down, this is what is left to ask.
import { existsSync } from 'node:fs'
import { type Database, DatabaseUrlError } from '@rollcall/database'
import { readMigrationStatuses } from '@rollcall/database/migrate'
import { within } from '@rollcall/platform'
import { DatabaseEnv } from '../env.ts'
import { cureOfClosure } from '../runs/cure-of-closure.ts'
import { plain } from '../terminal/plain.ts'
import { shownDuration, shownTime } from '../terminal/times.ts'
import { sqliteFile } from './check-files.ts'
import { checkSealingKeys } from './check-sealing-keys.ts'
import { checkUsernameKey } from './check-username-key.ts'
import type { DoctorDeps } from './doctor-deps.ts'
import { collectFindings, type Finding, type Findings } from './finding.ts'
import { readSettings } from './read-settings.ts'

const ANSWER_MS = 10_000
/** As the workers judge it. */
const CLOCK_WARNS_MS = 2_000
const CLOCK_STOPS_MS = 10_000
const LATE_MS = 60_000
const VERY_LATE_MS = 5 * 60_000

export async function checkDatabase({ env, now, openDatabase }: DoctorDeps): Promise<Finding[]> {
  const findings = collectFindings('database')
  const url = readSettings(DatabaseEnv, env)?.DATABASE_URL
  if (url === undefined) return []
  const file = sqliteFile(url)
  // Opening a file that is not there would make it.
  if (file !== null && !existsSync(file)) {
    findings.wrong(`There is no database at ${file}.`, 'Start a fleet with `npm start`, set DATABASE_URL, or make it: `pnpm db:migrate`.')
    return [...findings.all]
  }
  const database = await open({ url, openDatabase, findings })
  if (!database) return [...findings.all]
  try {
    if (!(await checkMigrations(url, findings))) return [...findings.all]
    await checkClock({ database, now, findings })
    await checkWork({ database, now, findings })
    await checkSnapshots({ database, findings })
    return [...findings.all, ...(await checkSealingKeys({ database, env })), ...(await checkUsernameKey({ database, env }))]
  } finally {
    await database.close()
  }
}

async function open({ url, openDatabase, findings }: { url: string; openDatabase: DoctorDeps['openDatabase']; findings: Findings }) {
  try {
    const database = await within(ANSWER_MS, 'the database', openDatabase(url))
    await within(ANSWER_MS, 'the database', database.ping())
    findings.ok(`${database.dialect === 'sqlite' ? 'The SQLite file' : 'SQL Server'} answers.`)
    return database
  } catch (error) {
    const says = error instanceof DatabaseUrlError ? error.message : `The database does not answer: ${messageOf(error)}`
    findings.wrong(says, 'Check DATABASE_URL, the server and the network. The API answers 503 meanwhile; workers wait, nothing is lost.')
    return null
  }
}

/** @returns whether the tables can be asked */
async function checkMigrations(url: string, findings: Findings): Promise<boolean> {
  const statuses = await within(ANSWER_MS, 'the migrations', readMigrationStatuses({ url }))
  const of = (state: string) => statuses.filter((one) => one.state === state).map(({ name }) => name)
  const [pending, failed, edited, unknown] = [of('pending'), of('failed'), of('edited'), of('unknown')]
  if (failed.length > 0)
    findings.wrong(
      `The migration ${failed.join(', ')} failed.`,
      'Repair what it left, then `node scripts/migrate.ts resolve <migration>` and `pnpm db:migrate`.',
    )
  if (edited.length > 0)
    findings.wrong(`The migration ${edited.join(', ')} was edited after it was applied.`, 'Restore the file as it was.')
  if (pending.length > 0) findings.wrong(`Not migrated to the newest: ${pending.join(', ')} pending.`, 'pnpm db:migrate')
  if (unknown.length > 0) findings.warning(`A newer release migrated it (${unknown.join(', ')}).`, 'Use that release here, too.')
  if (pending.length + failed.length + edited.length + unknown.length === 0) findings.ok('Migrated to the newest.')
  return pending.length + failed.length === 0
}

async function checkClock({ database, now, findings }: { database: Database; now: () => number; findings: Findings }): Promise<void> {
  const asked = now()
  const theirs = await database.leases.now()
  const offsetMs = Math.round((asked + now()) / 2 - theirs)
  const says = `This machine's clock is ${shownDuration(Math.abs(offsetMs))} ${offsetMs < 0 ? 'behind' : 'ahead of'} the database's.`
  if (Math.abs(offsetMs) > CLOCK_STOPS_MS) findings.wrong(says, 'Mend NTP: over 10 s no app starts.')
  else if (Math.abs(offsetMs) > CLOCK_WARNS_MS) findings.warning(says, 'Mend NTP: over 10 s no app starts.')
  else findings.ok(says)
}

async function checkWork({ database, now, findings }: { database: Database; now: () => number; findings: Findings }): Promise<void> {
  const closures = await database.closures.list()
  for (const { resource, errorCode, cause, closedAt, closedBy } of closures) {
    const since = shownTime(new Date(closedAt).toISOString())
    const what = resource === 'fleet' ? 'The whole fleet is paused' : `${resource} is closed`
    findings.wrong(`${what} since ${since} by ${plain(closedBy)} (${errorCode}: ${plain(cause)}).`, cureOfClosure({ resource, errorCode }))
  }
  if (closures.length === 0) findings.ok('No resource is closed.')
  const [oldest] = await database.ledger.due({ before: now() - LATE_MS, after: null, limit: 1 })
  if (!oldest) return findings.ok('No run is overdue.')
  const lateMs = now() - oldest.dueAt
  const says = `The run ${oldest.uuid} (${oldest.process}, ${oldest.state}) is overdue for ${shownDuration(lateMs)}.`
  if (closures.length > 0) findings.warning(says, 'It may be waiting for what is closed.')
  else if (lateMs < VERY_LATE_MS) findings.warning(says, 'Look again in a minute: reconcile puts it back into the queue.')
  else
    findings.wrong(says, `Look whether the worker of ${oldest.state} and worker-sync live, and at \`pnpm rollcall show ${oldest.uuid}\`.`)
}

/** Without it all works, but lists wait for commits and hold them up. */
async function checkSnapshots({ database, findings }: { database: Database; findings: Findings }): Promise<void> {
  const advice = 'ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE; while the fleet is stopped.'
  try {
    const isOn = await database.readCommittedSnapshot()
    if (isOn === true) findings.ok('READ_COMMITTED_SNAPSHOT is on.')
    if (isOn === false) findings.warning('READ_COMMITTED_SNAPSHOT is off: reads wait for commits, and commits for reads.', advice)
  } catch (error) {
    findings.warning(`Whether READ_COMMITTED_SNAPSHOT is on cannot be told: ${messageOf(error)}`, `If it is not: ${advice}`)
  }
}

export function messageOf(error: unknown): string {
  return plain(error instanceof Error ? error.message : String(error))
}
