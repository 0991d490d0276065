/*
 * The simulated tenant's primary copy: users, classes (groups), schools and licences, with their indexes.
 * Always holds: a live user principal name belongs to one user; an edge and its reverse exist together; every indexed
 * property of a live record can be found by its index; no password is kept.
 * It knows nothing of HTTP, replicas that serve reads, or faults.
 */
import { randomUUID } from 'node:crypto'
import type { SimulatorClock } from '../clock.ts'
import { createIndex } from './create-index.ts'
import type { Replication } from './create-replication.ts'
import { graphErrors } from './graph-errors.ts'
import { type ClassRecord, type Properties, type SchoolRecord, type SkuRecord, textAt, type UserRecord } from './records.ts'
import { SECRET_PROPERTIES } from './user-properties.ts'

const DELETED_ITEM_LIFETIME_MS = 30 * 86_400_000
/** Deleted objects weigh a quarter in the tenant's object quota. */
const DELETED_WEIGHT = 0.25

export type Directory = ReturnType<typeof createDirectory>

export interface NewObject {
  readonly properties: Properties
  /** Given where an earlier state is loaded or seeded. */
  readonly id?: string | undefined
  readonly createdAt?: number | undefined
  /** Seen by all replicas at once (seeds and loaded states). */
  readonly settled?: boolean | undefined
}

export function createDirectory({
  clock,
  replication,
  objectQuota,
}: {
  clock: SimulatorClock
  replication: Replication
  objectQuota: number
}) {
  let nextOrdinal = 0
  const users = new Map<string, UserRecord>()
  const deletedUsers = new Map<string, UserRecord>()
  const classes = new Map<string, ClassRecord>()
  const schools = new Map<string, SchoolRecord>()
  const skus = new Map<string, SkuRecord>()
  const userIndex = createIndex<UserRecord>([
    'userPrincipalName',
    'employeeId',
    'mailNickname',
    'mail',
    'student/externalId',
    'teacher/externalId',
  ])
  const classIndex = createIndex<ClassRecord>(['externalId', 'classCode', 'mailNickname'])
  const schoolIndex = createIndex<SchoolRecord>(['externalId', 'schoolNumber'])

  const userByUpn = (upn: string) => userIndex.find({ path: 'userPrincipalName', value: upn })[0]
  const assertUpnFree = ({ upn, exceptId }: { upn: string; exceptId?: string }) => {
    const holder = userByUpn(upn)
    if (holder !== undefined && holder.id !== exceptId)
      throw graphErrors.objectConflict({ property: 'userPrincipalName', conflictingId: holder.id })
  }
  const visibilityOf = ({ settled, names }: { settled: boolean | undefined; names?: readonly string[] }) =>
    settled === true ? undefined : replication.visibilityOfNew(names)

  function purgeExpired(): void {
    const limit = clock.now() - DELETED_ITEM_LIFETIME_MS
    for (const user of deletedUsers.values()) {
      // Oldest first: a map keeps the order in which accounts were deleted.
      if (user.deleted === undefined || user.deleted.at > limit) return
      purgeUser(user)
    }
  }

  function purgeUser(user: UserRecord): void {
    deletedUsers.delete(user.id)
    for (const id of user.memberOf) classes.get(id)?.members.delete(user.id)
    for (const id of user.ownerOf) classes.get(id)?.owners.delete(user.id)
    for (const id of user.schools) schools.get(id)?.users.delete(user.id)
  }

  function countLicences({ user, by }: { user: UserRecord; by: 1 | -1 }): void {
    for (const skuId of user.licences.keys()) {
      const sku = skus.get(skuId)
      if (sku !== undefined) sku.consumed += by
    }
  }

  return {
    users,
    deletedUsers,
    classes,
    schools,
    skus,
    userIndex,
    classIndex,
    schoolIndex,
    userByUpn,

    createUser({ properties, id = randomUUID(), createdAt = clock.now(), settled }: NewObject): UserRecord {
      const upn = textAt({ properties, path: 'userPrincipalName' }) ?? ''
      assertUpnFree({ upn })
      purgeExpired()
      if (users.size + classes.size + schools.size + deletedUsers.size * DELETED_WEIGHT >= objectQuota) throw graphErrors.tenantQuota()
      const user: UserRecord = {
        id,
        ordinal: nextOrdinal++,
        createdAt,
        properties: withoutSecrets(properties),
        visibility: visibilityOf({ settled, names: [upn, id] }),
        deleted: undefined,
        licences: new Map(),
        memberOf: new Set(),
        ownerOf: new Set(),
        schools: new Set(),
      }
      users.set(id, user)
      userIndex.add(user)
      return user
    },

    updateUser({ user, changes }: { user: UserRecord; changes: Properties }): void {
      const upn = changes.userPrincipalName
      if (typeof upn === 'string') assertUpnFree({ upn, exceptId: user.id })
      userIndex.remove(user)
      user.properties = { ...user.properties, ...withoutSecrets(changes) }
      userIndex.add(user)
    },

    /** Moves the account to deletedItems. Its name is free at once: the deleted one carries the id as a prefix, as Entra does it. */
    deleteUser(user: UserRecord): void {
      const userPrincipalName = textAt({ properties: user.properties, path: 'userPrincipalName' }) ?? ''
      userIndex.remove(user)
      users.delete(user.id)
      countLicences({ user, by: -1 })
      user.deleted = { at: clock.now(), userPrincipalName }
      user.properties = { ...user.properties, userPrincipalName: `${user.id.replaceAll('-', '')}${userPrincipalName}` }
      deletedUsers.set(user.id, user)
      purgeExpired()
    },

    /** Puts a user that a saved state had among the deleted ones back there, as it was. */
    adoptDeleted({ user, deleted }: { user: UserRecord; deleted: { at: number; userPrincipalName: string } }): void {
      userIndex.remove(user)
      users.delete(user.id)
      user.deleted = deleted
      deletedUsers.set(user.id, user)
    },

    deletedUser(id: string): UserRecord | undefined {
      purgeExpired()
      return deletedUsers.get(id)
    },

    restoreUser({ user, newUserPrincipalName }: { user: UserRecord; newUserPrincipalName?: string | undefined }): void {
      const upn = newUserPrincipalName ?? user.deleted?.userPrincipalName ?? ''
      assertUpnFree({ upn })
      deletedUsers.delete(user.id)
      user.deleted = undefined
      user.properties = { ...user.properties, userPrincipalName: upn }
      user.ordinal = nextOrdinal++
      users.set(user.id, user)
      userIndex.add(user)
      countLicences({ user, by: 1 })
    },

    purgeUser,

    createClass({ properties, id = randomUUID(), createdAt = clock.now(), settled }: NewObject): ClassRecord {
      const visibility = visibilityOf({ settled, names: [id] })
      const record: ClassRecord = {
        id,
        ordinal: nextOrdinal++,
        createdAt,
        properties,
        visibility,
        members: new Map(),
        owners: new Map(),
        schools: new Set(),
      }
      classes.set(id, record)
      classIndex.add(record)
      return record
    },

    createSchool({ properties, id = randomUUID(), settled }: NewObject): SchoolRecord {
      const visibility = visibilityOf({ settled, names: [id] })
      const record: SchoolRecord = { id, ordinal: nextOrdinal++, properties, visibility, users: new Map(), classes: new Map() }
      schools.set(id, record)
      schoolIndex.add(record)
      return record
    },

    addSku(sku: SkuRecord): void {
      skus.set(sku.skuId, sku)
    },

    addMember: edgeAdder<ClassRecord>({ edges: (target) => target.members, reverse: (user) => user.memberOf }),
    addOwner: edgeAdder<ClassRecord>({ edges: (target) => target.owners, reverse: (user) => user.ownerOf }),
    addSchoolUser: edgeAdder<SchoolRecord>({ edges: (target) => target.users, reverse: (user) => user.schools }),

    addSchoolClass({ school, record, settled }: { school: SchoolRecord; record: ClassRecord; settled?: boolean }): void {
      school.classes.set(record.id, { visibility: visibilityOf({ settled }) })
      record.schools.add(school.id)
    },

    clear(): void {
      for (const map of [users, deletedUsers, classes, schools, skus]) map.clear()
      for (const index of [userIndex, classIndex, schoolIndex]) index.clear()
      nextOrdinal = 0
    },
  }

  function edgeAdder<T extends { readonly id: string }>(side: {
    edges: (target: T) => Map<string, { visibility: readonly number[] | undefined }>
    reverse: (user: UserRecord) => Set<string>
  }) {
    return ({ target, user, settled }: { target: T; user: UserRecord; settled?: boolean }): void => {
      side.edges(target).set(user.id, { visibility: visibilityOf({ settled }) })
      side.reverse(user).add(target.id)
    }
  }
}

function withoutSecrets(properties: Properties): Properties {
  const kept: Properties = {}
  for (const [name, value] of Object.entries(properties)) if (!SECRET_PROPERTIES.has(name)) kept[name] = value
  return kept
}
