/* Look-ups as the serving replica sees them: what it has not got yet does not exist. */
import { graphErrors } from './graph-errors.ts'
import type { OperationContext } from './operation.ts'
import type { ClassRecord, SchoolRecord, UserRecord } from './records.ts'

type Sight = Pick<OperationContext, 'directory' | 'replication' | 'replica'>

export function findUser({ context, key }: { context: Sight; key: string }): UserRecord {
  const user = context.directory.users.get(key) ?? (key.includes('@') ? context.directory.userByUpn(key) : undefined)
  return assertVisible({ context, record: user, key })
}

export function findClass({ context, key }: { context: Sight; key: string }): ClassRecord {
  return assertVisible({ context, record: context.directory.classes.get(key), key })
}

export function findSchool({ context, key }: { context: Sight; key: string }): SchoolRecord {
  return assertVisible({ context, record: context.directory.schools.get(key), key })
}

function assertVisible<T extends { visibility: readonly number[] | undefined }>(found: {
  context: Sight
  record: T | undefined
  key: string
}): T {
  const { context, record, key } = found
  if (record === undefined || !context.replication.isVisible(record.visibility, context.replica)) throw graphErrors.resourceNotFound(key)
  return record
}
