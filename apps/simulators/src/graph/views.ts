/* How records look on the wire. Every property that Graph shows for the type is there, null where it has no value. */
import type { ClassRecord, Properties, SchoolRecord, SkuRecord, UserRecord } from './records.ts'
import {
  EDUCATION_USER_COMPUTED,
  EDUCATION_USER_PROPERTIES,
  SECRET_PROPERTIES,
  USER_COMPUTED,
  USER_DEFAULT_SELECTION,
  USER_PROPERTIES,
} from './user-properties.ts'

const LISTS: ReadonlySet<string> = new Set(['businessPhones', 'otherMails'])
const EDUCATION_USER_SELECTION = [...EDUCATION_USER_COMPUTED, ...Object.keys(EDUCATION_USER_PROPERTIES)].filter(
  (name) => !SECRET_PROPERTIES.has(name),
)
const CLASS_PROPERTIES = [
  'displayName',
  'mailNickname',
  'description',
  'createdBy',
  'classCode',
  'externalName',
  'externalId',
  'externalSource',
  'externalSourceDetail',
  'grade',
  'term',
  'course',
] as const
const SCHOOL_PROPERTIES = [
  'displayName',
  'description',
  'externalSource',
  'externalSourceDetail',
  'principalEmail',
  'principalName',
  'externalPrincipalId',
  'highestGrade',
  'lowestGrade',
  'schoolNumber',
  'address',
  'externalId',
  'phone',
  'fax',
  'createdBy',
] as const

export const isUserProperty = (name: string): boolean => name in USER_PROPERTIES || USER_COMPUTED.some((computed) => computed === name)
export const isEducationUserProperty = (name: string): boolean => EDUCATION_USER_SELECTION.includes(name) || name === 'passwordProfile'
export const isClassProperty = (name: string): boolean => name === 'id' || CLASS_PROPERTIES.some((property) => property === name)
export const isSchoolProperty = (name: string): boolean => name === 'id' || SCHOOL_PROPERTIES.some((property) => property === name)

export function showUser({ user, select }: { user: UserRecord; select?: readonly string[] | undefined }): Properties {
  return showAccount({ user, names: select ?? USER_DEFAULT_SELECTION })
}

export function showEducationUser({ user, select }: { user: UserRecord; select?: readonly string[] | undefined }): Properties {
  return showAccount({ user, names: select ?? EDUCATION_USER_SELECTION })
}

function showAccount({ user, names }: { user: UserRecord; names: readonly string[] }): Properties {
  const shown: Properties = {}
  for (const name of names) shown[name] = accountValue({ user, name })
  shown.id ??= user.id
  return shown
}

function accountValue({ user, name }: { user: UserRecord; name: string }): unknown {
  if (name === 'id') return user.id
  if (name === 'assignedLicenses') return [...user.licences].map(([skuId, disabledPlans]) => ({ disabledPlans, skuId }))
  if (name === 'assignedPlans' || name === 'provisionedPlans') return []
  if (name === 'createdDateTime') return toDateTime(user.createdAt)
  if (name === 'deletedDateTime') return user.deleted === undefined ? null : toDateTime(user.deleted.at)
  if (SECRET_PROPERTIES.has(name)) return null
  return user.properties[name] ?? (LISTS.has(name) ? [] : null)
}

export function showClass({ record, select }: { record: ClassRecord; select?: readonly string[] | undefined }): Properties {
  return showRecord({ id: record.id, properties: record.properties, names: select ?? CLASS_PROPERTIES })
}

export function showSchool({ record, select }: { record: SchoolRecord; select?: readonly string[] | undefined }): Properties {
  return showRecord({ id: record.id, properties: record.properties, names: select ?? SCHOOL_PROPERTIES })
}

function showRecord({ id, properties, names }: { id: string; properties: Properties; names: readonly string[] }): Properties {
  const shown: Properties = { id }
  for (const name of names) if (name !== 'id') shown[name] = properties[name] ?? null
  return shown
}

/** The Microsoft 365 group that stands behind a class. */
export function showGroup(record: ClassRecord): Properties {
  const { displayName = null, description = null, mailNickname = null } = record.properties
  return {
    id: record.id,
    deletedDateTime: null,
    createdDateTime: toDateTime(record.createdAt),
    description,
    displayName,
    groupTypes: ['Unified'],
    mail: null,
    mailEnabled: true,
    mailNickname,
    securityEnabled: true,
    visibility: 'HiddenMembership',
  }
}

export function showSku({ sku, tenantId }: { sku: SkuRecord; tenantId: string }): Properties {
  return {
    accountId: tenantId,
    appliesTo: 'User',
    capabilityStatus: 'Enabled',
    consumedUnits: sku.consumed,
    id: `${tenantId}_${sku.skuId}`,
    skuId: sku.skuId,
    skuPartNumber: sku.skuPartNumber,
    subscriptionIds: [],
    prepaidUnits: { enabled: sku.enabled, suspended: 0, warning: 0, lockedOut: 0 },
    servicePlans: sku.servicePlans.map((plan) => ({ ...plan, provisioningStatus: 'Success', appliesTo: 'User' })),
  }
}

function toDateTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
