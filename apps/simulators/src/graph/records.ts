/* What the simulated directory keeps. Plain records: everything else works on them through `createDirectory`. */
import type { Visibility } from './create-replication.ts'

export type Properties = Record<string, unknown>

export interface UserRecord {
  readonly id: string
  /** Rises in the order of the directory's own list; pages continue after one. */
  ordinal: number
  readonly createdAt: number
  /** Never holds a password: the profile is checked on the way in and dropped. */
  properties: Properties
  visibility: Visibility
  /** Set while the account lies in /directory/deletedItems. */
  deleted: { at: number; userPrincipalName: string } | undefined
  readonly licences: Map<string, readonly string[]>
  /** Ids of the groups, owned groups and schools this user is in: the reverse of their edges. */
  readonly memberOf: Set<string>
  readonly ownerOf: Set<string>
  readonly schools: Set<string>
}

/** A membership, with its own replication. */
export interface Edge {
  visibility: Visibility
}

/** A group; every education class is one, under the same id. Members are its students and teachers, owners its teachers. */
export interface ClassRecord {
  readonly id: string
  readonly ordinal: number
  readonly createdAt: number
  readonly properties: Properties
  visibility: Visibility
  readonly members: Map<string, Edge>
  readonly owners: Map<string, Edge>
  readonly schools: Set<string>
}

export interface SchoolRecord {
  readonly id: string
  readonly ordinal: number
  readonly properties: Properties
  visibility: Visibility
  readonly users: Map<string, Edge>
  readonly classes: Map<string, Edge>
}

export interface SkuRecord {
  readonly skuId: string
  readonly skuPartNumber: string
  enabled: number
  consumed: number
  readonly servicePlans: readonly { readonly servicePlanId: string; readonly servicePlanName: string }[]
}

/** The text at a dotted or slashed place (`student/externalId`), or undefined. */
export function textAt({ properties, path }: { properties: Properties; path: string }): string | undefined {
  let value: unknown = properties
  for (const step of path.split('/')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, step)?.value
  }
  return typeof value === 'string' && value !== '' ? value : undefined
}
