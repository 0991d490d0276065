import type { AuditEntry, EpochMs, Json, JsonObject, Run, RunEvent } from '@rollcall/engine'
import type { ArchivedRun } from '../archive/run-archive.ts'
import { archivedOfRow } from '../archive/run-archive.ts'
import { auditEntryOf } from '../audit-log.ts'
import { chunks } from '../chunks.ts'
import { inOrder } from '../ledger/in-order.ts'
import { eventOfRow, parseJson, runOfRow } from '../ledger/run-row.ts'
import type { PrismaClient } from '../prisma.ts'
import { msOrNull } from '../time.ts'
import { auditAbout } from './audit-about.ts'

export interface PersonRecords {
  readonly person: {
    readonly personId: string
    readonly firstName: string
    readonly middleName: string | null
    readonly lastName: string
    /** YYYY-MM-DD */
    readonly birthDate: string
    readonly publicEduNumber: string | null
    readonly azureId: string | null
    readonly createdAt: EpochMs
    readonly updatedAt: EpochMs
  } | null
  readonly users: readonly UserRecord[]
  readonly reservations: readonly {
    readonly username: string
    readonly kind: string
    readonly reservedAt: EpochMs
    /** Whether it is still the person's; false once it was burnt or released. */
    readonly current: boolean
    readonly unfinishedSince: EpochMs | null
  }[]
  /** Without the passwords. */
  readonly credentials: readonly {
    readonly kind: string
    readonly createdAt: EpochMs
    readonly erasedAt: EpochMs | null
    readonly erasedBecause: string | null
    readonly collectedBy: string | null
  }[]
  readonly runs: readonly { readonly run: Run; readonly history: readonly RunEvent[] }[]
  readonly archivedRuns: readonly { readonly run: ArchivedRun; readonly history: readonly RunEvent[] }[]
  readonly importRows: readonly ImportRowRecord[]
  readonly auditRows: readonly AuditEntry[]
}

interface UserRecord {
  readonly sysUserId: string
  readonly username: string
  readonly isAzureUser: boolean
  readonly isAzureSynced: boolean
  readonly enrollmentStatus: string
  readonly runUuid: string
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
  readonly deletedOn: EpochMs | null
  readonly roles: readonly {
    readonly sysRoleId: number
    readonly role: string
    readonly institutionId: string
    readonly createdAt: EpochMs
  }[]
}

interface ImportRowRecord {
  readonly importId: string
  readonly rowNumber: number
  readonly importedAt: EpochMs
  readonly outcome: string
  /** By the columns of the file; null once erased. */
  readonly cells: JsonObject | null
  readonly errors: Json
  readonly errorCode: string | null
  readonly schoolId: string | null
  readonly runUuid: string | null
}

const RUNS_PER_QUERY = 100

export async function readPerson(prisma: PrismaClient, personId: string): Promise<PersonRecords> {
  const person = await prisma.person.findUnique({ where: { personId } })
  const users = await prisma.sysUser.findMany({
    where: { personId },
    include: { roles: { include: { role: true } } },
    orderBy: { createdAt: 'asc' },
  })
  const reservations = await prisma.usernameReservation.findMany({ where: { personId }, orderBy: { reservedAt: 'asc' } })
  const credentials = await prisma.credential.findMany({ where: { personId }, omit: { sealedPassword: true }, orderBy: { kind: 'asc' } })
  const runs = await prisma.run.findMany({ where: { subjectId: personId }, orderBy: [{ createdAt: 'asc' }, { uuid: 'asc' }] })
  const archivedRuns = await prisma.archivedRun.findMany({
    where: { subjectId: personId },
    orderBy: [{ createdAt: 'asc' }, { uuid: 'asc' }],
  })
  const importRows = await readImportRows(prisma, personId)
  const history = await readHistory(prisma, [...runs, ...archivedRuns].map(uuidOf))
  const auditRows = await auditAbout(prisma, {
    personId,
    sysUserIds: users.map(({ sysUserId }) => sysUserId),
    runUuids: [...runs, ...archivedRuns].map(uuidOf),
    importIds: [...new Set(importRows.map(({ importId }) => importId))],
  })
  return {
    person: person && {
      ...person,
      birthDate: person.birthDate.toISOString().slice(0, 10),
      createdAt: person.createdAt.getTime(),
      updatedAt: person.updatedAt.getTime(),
    },
    users: users.map(({ sysUserId, username, isAzureUser, isAzureSynced, enrollmentStatus, runUuid, roles, ...user }) => ({
      ...{ sysUserId, username, isAzureUser, isAzureSynced, enrollmentStatus, runUuid },
      createdAt: user.createdAt.getTime(),
      updatedAt: user.updatedAt.getTime(),
      deletedOn: msOrNull(user.deletedOn),
      roles: roles.map(({ sysRoleId, role, institutionId, createdAt }) => ({
        ...{ sysRoleId, role: role.name, institutionId, createdAt: createdAt.getTime() },
      })),
    })),
    reservations: reservations.map(({ username, kind, reservedAt, ownerKey, unfinishedSince }) => ({
      ...{ username, kind, reservedAt: reservedAt.getTime(), current: ownerKey !== username, unfinishedSince: msOrNull(unfinishedSince) },
    })),
    credentials: credentials.map(({ kind, createdAt, erasedAt, erasedBecause, collectedBy }) => ({
      ...{ kind, createdAt: createdAt.getTime(), erasedAt: msOrNull(erasedAt), erasedBecause, collectedBy },
    })),
    runs: runs.map((row) => ({ run: runOfRow(row), history: history.get(row.uuid) ?? [] })),
    archivedRuns: archivedRuns.map((row) => ({ run: archivedOfRow(row), history: history.get(row.uuid) ?? [] })),
    importRows,
    auditRows: auditRows.map(auditEntryOf),
  }
}

function uuidOf({ uuid }: { readonly uuid: string }): string {
  return uuid
}

/** By run, as it happened, from the ledger and from the archive. */
async function readHistory(prisma: PrismaClient, uuids: readonly string[]): Promise<ReadonlyMap<string, RunEvent[]>> {
  const events: RunEvent[] = []
  for (const some of chunks(uuids, RUNS_PER_QUERY)) {
    const where = { runUuid: { in: some } }
    events.push(...(await prisma.runEvent.findMany({ where })).map(eventOfRow))
    events.push(...(await prisma.archivedRunEvent.findMany({ where })).map(eventOfRow))
  }
  return Map.groupBy(inOrder(events), ({ runUuid }) => runUuid)
}

async function readImportRows(prisma: PrismaClient, personId: string): Promise<ImportRowRecord[]> {
  const rows = await prisma.importRow.findMany({ where: { personId }, orderBy: [{ importId: 'asc' }, { rowNumber: 'asc' }] })
  const imports = new Map<string, { readonly names: readonly string[]; readonly importedAt: EpochMs }>()
  for (const some of chunks([...new Set(rows.map(({ importId }) => importId))], RUNS_PER_QUERY)) {
    for (const { id, columns, createdAt } of await prisma.import.findMany({ where: { id: { in: some } } })) {
      imports.set(id, { ...parseJson<{ names: readonly string[] }>(columns), importedAt: createdAt.getTime() })
    }
  }
  return rows.map(({ importId, rowNumber, outcome, cells, errors, errorCode, scopeId, runUuid }) => {
    const { names = [], importedAt = 0 } = imports.get(importId) ?? {}
    const values = cells === null ? null : parseJson<readonly string[]>(cells)
    return {
      ...{ importId, rowNumber, importedAt, outcome, errorCode, schoolId: scopeId, runUuid },
      cells: values && Object.fromEntries(values.map((value, index) => [names[index] ?? `column ${index + 1}`, value])),
      errors: errors === null ? [] : parseJson<Json>(errors),
    }
  })
}
