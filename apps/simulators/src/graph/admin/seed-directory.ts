/* Puts schools, classes, users and licences into the tenant, seen by all replicas at once. What is there by its natural key stays. */
import { randomUUID } from 'node:crypto'
import type { Directory } from '../create-directory.ts'
import type { Properties } from '../records.ts'
import { SeedBody, type SeedInput } from './admin-schemas.ts'

/** Natural key → object id. */
export interface Seeded {
  readonly schools: Readonly<Record<string, string>>
  readonly classes: Readonly<Record<string, string>>
  readonly users: Readonly<Record<string, string>>
  readonly skus: Readonly<Record<string, string>>
}

export function seedDirectory({ directory, input }: { directory: Directory; input: SeedInput }): Seeded {
  const { schools, classes, users, skus } = SeedBody.parse(input)
  const seededSchools = schools.map((school): [string, string] => {
    const { id, ...properties } = school
    const present = directory.schoolIndex.find({ path: 'externalId', value: school.externalId })[0]
    const record =
      present ??
      directory.createSchool({
        id,
        settled: true,
        properties: { displayName: `School ${school.externalId}`, schoolNumber: school.externalId, externalSource: 'sis', ...properties },
      })
    return [school.externalId, record.id]
  })
  const seededClasses = classes.map((seed): [string, string] => {
    const present = directory.classIndex.find({ path: 'externalId', value: seed.externalId })[0]
    const properties = {
      displayName: seed.displayName ?? `Class ${seed.externalId}`,
      externalId: seed.externalId,
      mailNickname: mailNicknameOf(seed.externalId),
      externalSource: 'sis',
    }
    const record = present ?? directory.createClass({ id: seed.id, settled: true, properties })
    const school =
      seed.schoolExternalId === undefined ? undefined : directory.schoolIndex.find({ path: 'externalId', value: seed.schoolExternalId })[0]
    if (school !== undefined && !school.classes.has(record.id)) directory.addSchoolClass({ school, record, settled: true })
    return [seed.externalId, record.id]
  })
  const seededUsers = users.map((user): [string, string] => {
    const record =
      directory.userByUpn(user.userPrincipalName) ?? directory.createUser({ id: user.id, settled: true, properties: userProperties(user) })
    return [user.userPrincipalName, record.id]
  })
  const seededSkus = skus.map(({ skuPartNumber, skuId = randomUUID(), enabled }): [string, string] => {
    const present = [...directory.skus.values()].find((sku) => sku.skuPartNumber === skuPartNumber)
    if (present !== undefined) present.enabled = enabled
    else directory.addSku({ skuId, skuPartNumber, enabled, consumed: 0, servicePlans: [] })
    return [skuPartNumber, present?.skuId ?? skuId]
  })
  return {
    schools: Object.fromEntries(seededSchools),
    classes: Object.fromEntries(seededClasses),
    users: Object.fromEntries(seededUsers),
    skus: Object.fromEntries(seededSkus),
  }
}

function userProperties(user: SeedBodyUser): Properties {
  const { userPrincipalName, marker, primaryRole, displayName, accountEnabled, usageLocation } = user
  const markers: Properties =
    primaryRole === undefined ? { employeeId: marker } : { primaryRole, [primaryRole]: { externalId: marker ?? null } }
  return {
    userPrincipalName,
    mailNickname: userPrincipalName.split('@')[0],
    displayName: displayName ?? userPrincipalName,
    accountEnabled,
    userType: 'Member',
    ...(usageLocation === undefined ? {} : { usageLocation }),
    ...markers,
  }
}

type SeedBodyUser = ReturnType<typeof SeedBody.parse>['users'][number]

function mailNicknameOf(externalId: string): string {
  return `class-${externalId.replaceAll(/[^A-Za-z0-9-]/g, '-')}`.slice(0, 64)
}
