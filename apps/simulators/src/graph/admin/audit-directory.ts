/* What stands in the tenant, for the audits that end fault tests. */
import type { Directory } from '../create-directory.ts'
import { type ClassRecord, textAt, type UserRecord } from '../records.ts'

type MarkerKind = 'student' | 'teacher' | 'employee'

interface AuditedUser {
  readonly id: string
  readonly userPrincipalName: string
  readonly markers: Readonly<Partial<Record<MarkerKind, string>>>
  readonly accountEnabled: boolean
  readonly deleted: boolean
  /** Object ids. */
  readonly schools: readonly string[]
  readonly memberOf: readonly string[]
  readonly teaches: readonly string[]
  readonly licences: readonly string[]
}

export interface DuplicateMarker {
  readonly kind: MarkerKind
  readonly marker: string
  readonly accounts: readonly { readonly id: string; readonly userPrincipalName: string }[]
}

export interface DirectoryState {
  readonly totals: { readonly users: number; readonly deletedUsers: number; readonly classes: number; readonly schools: number }
  readonly users: readonly AuditedUser[]
  /** The register's id of each class and school that has one, by object id. */
  readonly externalIds: Readonly<Record<string, string>>
  readonly duplicates: readonly DuplicateMarker[]
}

const MARKERS: readonly { kind: MarkerKind; path: string }[] = [
  { kind: 'student', path: 'student/externalId' },
  { kind: 'teacher', path: 'teacher/externalId' },
  { kind: 'employee', path: 'employeeId' },
]

export function auditDirectory(directory: Directory): DirectoryState {
  return {
    totals: {
      users: directory.users.size,
      deletedUsers: directory.deletedUsers.size,
      classes: directory.classes.size,
      schools: directory.schools.size,
    },
    users: [...directory.users.values(), ...directory.deletedUsers.values()].map(auditUser),
    externalIds: externalIdsOf([...directory.classes.values(), ...directory.schools.values()]),
    duplicates: findDuplicates(directory),
  }
}

function externalIdsOf(places: readonly Pick<ClassRecord, 'id' | 'properties'>[]): Record<string, string> {
  return Object.fromEntries(
    places.flatMap(({ id, properties }) => {
      const externalId = textAt({ properties, path: 'externalId' })
      return externalId === undefined ? [] : [[id, externalId]]
    }),
  )
}

/** Markers that more than one live account carries; a person who is both student and teacher has one of each kind. */
export function findDuplicates(directory: Directory): DuplicateMarker[] {
  const holders = new Map<string, { kind: MarkerKind; marker: string; accounts: { id: string; userPrincipalName: string }[] }>()
  for (const user of directory.users.values()) {
    for (const { kind, path } of MARKERS) {
      const marker = textAt({ properties: user.properties, path })
      if (marker === undefined) continue
      const held = holders.get(`${kind} ${marker}`) ?? { kind, marker, accounts: [] }
      held.accounts.push({ id: user.id, userPrincipalName: upnOf(user) })
      holders.set(`${kind} ${marker}`, held)
    }
  }
  return [...holders.values()].filter(({ accounts }) => accounts.length > 1)
}

function auditUser(user: UserRecord): AuditedUser {
  const markers = MARKERS.flatMap(({ kind, path }) => {
    const marker = textAt({ properties: user.properties, path })
    return marker === undefined ? [] : [[kind, marker] as const]
  })
  return {
    id: user.id,
    userPrincipalName: upnOf(user),
    markers: Object.fromEntries(markers),
    accountEnabled: user.properties.accountEnabled === true,
    deleted: user.deleted !== undefined,
    schools: [...user.schools],
    memberOf: [...user.memberOf],
    teaches: [...user.ownerOf],
    licences: [...user.licences.keys()],
  }
}

function upnOf(user: UserRecord): string {
  return textAt({ properties: user.properties, path: 'userPrincipalName' }) ?? ''
}
