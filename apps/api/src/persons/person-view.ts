// All that is kept of a person as one document: what, why, and for how long.
import type { PersonRecords } from '@rollcall/database'
import type { EpochMs, Json, JsonObject } from '@rollcall/engine'
import { keptFor, RETENTION, type RetentionEnv, type RetentionName } from '@rollcall/platform'
import { z } from 'zod'
import { isoOf, RunView, viewOf } from '../runs/run-view.ts'

const time = z.iso.datetime()
const object = z.custom<JsonObject>().meta({ type: 'object' })

function sectionOf<Data extends z.ZodType>(data: Data) {
  return z.object({
    why: z.string().meta({ description: 'Why it is kept.' }),
    kept: z.string().meta({ description: 'For how long.' }),
    data,
  })
}

const Person = z.object({
  personId: z.string(),
  firstName: z.string(),
  middleName: z.string().nullable(),
  lastName: z.string(),
  birthDate: z.iso.date(),
  publicEduNumber: z.string().nullable(),
  azureId: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
})

const User = z.object({
  sysUserId: z.string(),
  username: z.string(),
  isAzureUser: z.boolean(),
  isAzureSynced: z.boolean(),
  enrollmentStatus: z.string(),
  runUuid: z.string(),
  createdAt: time,
  updatedAt: time,
  deletedOn: time.nullable(),
  roles: z.array(z.object({ sysRoleId: z.int(), role: z.string(), institutionId: z.string(), createdAt: time })),
})

const Reservation = z.object({
  username: z.string(),
  kind: z.string(),
  reservedAt: time,
  current: z.boolean().meta({ description: "Whether it is still the person's." }),
  unfinishedSince: time.nullable(),
})

const Credential = z.object({
  kind: z.string(),
  createdAt: time,
  erasedAt: time.nullable(),
  erasedBecause: z.string().nullable(),
  collectedBy: z.string().nullable(),
})

const ImportRow = z.object({
  importId: z.string(),
  rowNumber: z.int(),
  importedAt: time,
  outcome: z.string(),
  cells: object.nullable().meta({ description: 'By the columns of the file; null once erased.' }),
  errors: z.custom<Json>().meta({ type: 'array', items: {} }),
  errorCode: z.string().nullable(),
  schoolId: z.string().nullable(),
  runUuid: z.string().nullable(),
})

const AuditRow = z.object({
  at: time,
  actor: z.string(),
  action: z.string(),
  targetType: z.string(),
  targetId: z.string(),
  reason: z.string(),
  details: object,
})

export const PersonData = z
  .object({
    personId: z.string(),
    exportedAt: time,
    exportedBy: z.string(),
    person: sectionOf(Person.nullable()),
    users: sectionOf(z.array(User)),
    reservations: sectionOf(z.array(Reservation)),
    credentials: sectionOf(z.array(Credential)),
    runs: sectionOf(z.array(RunView)),
    archivedRuns: sectionOf(z.array(RunView)),
    importRows: sectionOf(z.array(ImportRow)),
    auditRows: sectionOf(z.array(AuditRow)),
  })
  .meta({ id: 'PersonData' })

export function viewOfPerson({
  personId,
  records,
  at,
  caller,
  retention,
}: {
  readonly personId: string
  readonly records: PersonRecords
  readonly at: EpochMs
  readonly caller: string
  readonly retention: RetentionEnv
}): z.infer<typeof PersonData> {
  const section = <Data>(name: RetentionName, data: Data) => ({ why: whyOf(name), kept: keptFor(name, retention), data })
  const { person } = records
  return {
    personId,
    exportedAt: isoOf(at),
    exportedBy: caller,
    person: section('accounts', person && { ...person, createdAt: isoOf(person.createdAt), updatedAt: isoOf(person.updatedAt) }),
    users: section('accounts', records.users.map(viewOfUser)),
    reservations: section(
      'usernames',
      records.reservations.map((one) => ({ ...one, reservedAt: isoOf(one.reservedAt), unfinishedSince: isoOrNull(one.unfinishedSince) })),
    ),
    credentials: section(
      'credentials',
      records.credentials.map((one) => ({ ...one, createdAt: isoOf(one.createdAt), erasedAt: isoOrNull(one.erasedAt) })),
    ),
    runs: section('runs', records.runs.map(viewOf)),
    archivedRuns: section('archive', records.archivedRuns.map(viewOf)),
    importRows: section(
      'imports',
      records.importRows.map((row) => ({ ...row, importedAt: isoOf(row.importedAt) })),
    ),
    auditRows: section(
      'audit',
      records.auditRows.map(({ at: then, actor, action, targetType, targetId, reason, details }) => ({
        ...{ at: isoOf(then), actor, action, targetType, targetId, reason, details },
      })),
    ),
  }
}

function viewOfUser({ createdAt, updatedAt, deletedOn, roles, ...user }: PersonRecords['users'][number]): z.infer<typeof User> {
  return {
    ...user,
    createdAt: isoOf(createdAt),
    updatedAt: isoOf(updatedAt),
    deletedOn: isoOrNull(deletedOn),
    roles: roles.map((role) => ({ ...role, createdAt: isoOf(role.createdAt) })),
  }
}

function isoOrNull(at: EpochMs | null): string | null {
  return at === null ? null : isoOf(at)
}

function whyOf(name: RetentionName): string {
  const { why } = RETENTION[name]
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`
}
