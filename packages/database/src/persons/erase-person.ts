// The erasure of a person. What must always hold: it happens whole or not at all; nothing of a live run is touched; what stays behind cannot be
// led back to the person: the audit log says that somebody was erased and by whom, and no longer names their runs or usernames.
import { randomBytes } from 'node:crypto'
import { ERASED_SUBJECT, LIVE_STATUSES, liveKeyOf } from '@rollcall/engine'
import { kindOf } from '../accounts/credentials.ts'
import { insertAudit } from '../audit-log.ts'
import { chunks } from '../chunks.ts'
import type { Dialect } from '../dialect.ts'
import type { PrismaClient, PrismaTransaction } from '../prisma.ts'
import { noteRemains } from '../sqlite/remains.ts'
import { inTransaction } from '../transaction.ts'
import { auditAbout } from './audit-about.ts'
import { isKept } from './is-kept.ts'
import type { ErasedAccount, Erasure, ErasureResult } from './person-store.ts'

const ROWS_PER_STATEMENT = 500
const PSEUDONYM_BYTES = 12
const REMOVED = '[erased]'

/**
 * Holds the range of the person's runs, so that none is accepted, replayed or put away before the commit. Not by the isolation level: SQL Server
 * would leave that to whoever is given the connection next.
 */
export const LOCK_RUNS = 'SELECT COUNT(*) AS [runs] FROM [dbo].[AzureDataSync] WITH (UPDLOCK, HOLDLOCK) WHERE [subjectId] = @P1;'

/** What became of it in the transaction; what SQLite's file still holds is asked after the commit. */
type Committed = WithoutRemains<ErasureResult>
type WithoutRemains<Result> = Result extends unknown ? Omit<Result, 'remainsLeft'> : never

export function erasePerson(
  { prisma, dialect }: { readonly prisma: PrismaClient; readonly dialect: Dialect },
  erasure: Erasure,
): Promise<Committed> {
  return inTransaction(prisma, async (tx) => {
    // SQLite's transaction has the whole file from its start.
    if (dialect === 'sqlserver') await tx.$queryRawUnsafe(LOCK_RUNS, erasure.personId)
    const result = await erase(tx, erasure)
    if (dialect === 'sqlite' && result.kind === 'erased') await noteRemains(tx)
    return result
  })
}

async function erase(tx: PrismaTransaction, { personId, accountsRemoved, audit }: Erasure): Promise<Committed> {
  const live = await tx.run.findFirst({ where: { subjectId: personId, status: { in: [...LIVE_STATUSES] } }, select: { uuid: true } })
  if (live) return { kind: 'runLives', uuid: live.uuid }
  const accounts = await accountsOf(tx, personId)
  const standing = accounts.find((account) => account.live)
  if (standing && !accountsRemoved) return { kind: 'accountStands', sysUserId: standing.sysUserId }
  // Its run failed or was cancelled, perhaps after the account was made: once the name says no longer whose it was, nobody would find that one.
  const begun = await tx.usernameReservation.findFirst({ where: { personId, unfinishedSince: { not: null } }, select: { kind: true } })
  if (begun && !accountsRemoved) return { kind: 'accountUnfinished', of: kindOf(begun.kind) }
  if (!(await isKept(tx, personId))) return answerAgain(tx, personId)

  // 31 characters: the narrowest column that takes it has 32.
  const pseudonym = `${ERASED_SUBJECT}${randomBytes(PSEUDONYM_BYTES).toString('hex')}`
  const runUuids = await uuidsOf(tx, personId)
  const sysUserIds = accounts.map(({ sysUserId }) => sysUserId)
  const reservations = await tx.usernameReservation.findMany({ where: { personId }, select: { username: true } })
  const usernames = reservations.map(({ username }) => username)
  const about = await auditAbout(tx, { personId, sysUserIds, runUuids: [], importIds: [] })
  await removeSignals(tx, runUuids)
  const counts = {
    history: await emptyHistory(tx, runUuids),
    runs: await emptyRuns(tx, { personId, pseudonym }),
    archivedRuns: await emptyArchivedRuns(tx, { personId, pseudonym }),
    importRows: (await tx.importRow.updateMany({ where: { personId }, data: { cells: null, errors: null, personId: null } })).count,
    usernames: await keepUsernames(tx, { usernames, pseudonym }),
    auditDetails: await withoutLinks(tx, about, new Set([...runUuids, ...usernames])),
    credentials: (await tx.credential.deleteMany({ where: { personId } })).count,
    roles: (await tx.sysUserSysRole.deleteMany({ where: { user: { personId } } })).count,
    users: (await tx.sysUser.deleteMany({ where: { personId } })).count,
    person: (await tx.person.deleteMany({ where: { personId } })).count,
  }
  await insertAudit(tx, { ...audit, details: { ...audit.details, ...counts } })
  return { kind: 'erased', accounts, counts, auditRows: about.length + 1 }
}

async function accountsOf(tx: PrismaTransaction, personId: string): Promise<ErasedAccount[]> {
  const users = await tx.sysUser.findMany({
    where: { personId },
    select: { sysUserId: true, username: true, deletedOn: true, person: { select: { azureId: true } } },
    orderBy: { createdAt: 'asc' },
  })
  return users.map(({ sysUserId, username, deletedOn, person }) => ({
    ...{ sysUserId, username, azureId: person.azureId, live: deletedOn === null },
  }))
}

async function answerAgain(tx: PrismaTransaction, personId: string): Promise<Committed> {
  const about = await auditAbout(tx, { personId, sysUserIds: [], runUuids: [], importIds: [] })
  const before = about.findLast(({ action }) => action === 'person.erase')
  return before ? { kind: 'erasedBefore', at: before.at.getTime(), auditRows: about.length } : { kind: 'unknown' }
}

async function uuidsOf(tx: PrismaTransaction, personId: string): Promise<string[]> {
  const runs = await tx.run.findMany({ where: { subjectId: personId }, select: { uuid: true } })
  const archived = await tx.archivedRun.findMany({ where: { subjectId: personId }, select: { uuid: true } })
  return [...runs, ...archived].map(({ uuid }) => uuid)
}

/** What came with an answer stands in the history as well, where it is counted. */
async function removeSignals(tx: PrismaTransaction, runUuids: readonly string[]): Promise<void> {
  for (const some of chunks(runUuids, ROWS_PER_STATEMENT)) await tx.runSignal.deleteMany({ where: { runUuid: { in: some } } })
}

async function emptyHistory(tx: PrismaTransaction, runUuids: readonly string[]): Promise<number> {
  let emptied = 0
  for (const some of chunks(runUuids, ROWS_PER_STATEMENT)) {
    const change = { where: { runUuid: { in: some } }, data: { submittedData: null, receivedData: null, errorMessage: null } }
    emptied += (await tx.runEvent.updateMany(change)).count + (await tx.archivedRunEvent.updateMany(change)).count
  }
  return emptied
}

interface Renaming {
  readonly personId: string
  readonly pseudonym: string
}

const EMPTIED = { inputArgs: '{}', resultObject: '{}', pollingUuid: null, errorMessage: null, subjectName: null } as const

/** Under a new version: whoever read a run before and is about to replay it comes too late. */
async function emptyRuns(tx: PrismaTransaction, { personId, pseudonym }: Renaming): Promise<number> {
  const processes = await tx.run.findMany({ where: { subjectId: personId }, distinct: ['process'], select: { process: true } })
  let emptied = 0
  for (const { process } of processes) {
    const { count } = await tx.run.updateMany({
      where: { subjectId: personId, process },
      data: { ...EMPTIED, subjectId: pseudonym, naturalKey: keyOf({ process, pseudonym }), version: { increment: 1 } },
    })
    emptied += count
  }
  return emptied
}

async function emptyArchivedRuns(tx: PrismaTransaction, { personId, pseudonym }: Renaming): Promise<number> {
  const processes = await tx.archivedRun.findMany({ where: { subjectId: personId }, distinct: ['process'], select: { process: true } })
  let emptied = 0
  for (const { process } of processes) {
    const { count } = await tx.archivedRun.updateMany({
      where: { subjectId: personId, process },
      data: { ...EMPTIED, subjectId: pseudonym, naturalKey: keyOf({ process, pseudonym }) },
    })
    emptied += count
  }
  return emptied
}

function keyOf({ process, pseudonym }: { readonly process: string; readonly pseudonym: string }): string {
  return liveKeyOf({ name: process }, { subjectId: pseudonym })
}

/** The names stay, so that nobody else is ever given one; whose they were does not. */
async function keepUsernames(
  tx: PrismaTransaction,
  { usernames, pseudonym }: { readonly usernames: readonly string[]; readonly pseudonym: string },
): Promise<number> {
  for (const username of usernames) {
    const data = { personId: pseudonym, ownerKey: username, unfinishedSince: null }
    await tx.usernameReservation.update({ where: { username }, data })
  }
  return usernames.length
}

/**
 * Takes out of the details of audit rows what leads from the person to the rows that are kept under a pseudonym. There may be thousands, most of
 * them alike.
 */
async function withoutLinks(
  tx: PrismaTransaction,
  rows: readonly { readonly id: string; readonly details: string }[],
  links: ReadonlySet<string>,
): Promise<number> {
  const without = (details: string) => JSON.stringify(JSON.parse(details, (_name, value) => (links.has(value) ? REMOVED : value)))
  const changed = rows
    .map(({ id, details: before }) => ({ id, before, details: without(before) }))
    .filter((row) => row.details !== row.before)
  for (const [details, alike] of Map.groupBy(changed, (row) => row.details)) {
    for (const some of chunks(alike, ROWS_PER_STATEMENT))
      await tx.auditLog.updateMany({ where: { id: { in: some.map(({ id }) => id) } }, data: { details } })
  }
  return changed.length
}
