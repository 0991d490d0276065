import { findUser } from '../find-visible.ts'
import { bodyOf, type GraphAnswer, noContent, type OperationContext } from '../operation.ts'
import type { Properties, UserRecord } from '../records.ts'
import { EDUCATION_USER_PROPERTIES, USER_PROPERTIES } from '../user-properties.ts'
import { checkUserChange } from '../user-rules.ts'
import { showEducationUser } from '../views.ts'

const NESTED = ['student', 'teacher', 'mailingAddress', 'residenceAddress']

/** PATCH /users/{id} */
export function updateUser(context: OperationContext): GraphAnswer {
  change({ context, accepted: USER_PROPERTIES })
  return noContent
}

/** PATCH /education/users/{id}: unlike /users it answers 200 and the user. */
export function updateEducationUser(context: OperationContext): GraphAnswer {
  const user = change({ context, accepted: EDUCATION_USER_PROPERTIES })
  return {
    status: 200,
    body: { '@odata.context': `${context.request.baseUrl}/$metadata#education/users/$entity`, ...showEducationUser({ user }) },
  }
}

/** DELETE /users/{id} and /education/users/{id} */
export function deleteUser(context: OperationContext): GraphAnswer {
  context.directory.deleteUser(findUser({ context, key: context.parameters[0] ?? '' }))
  return noContent
}

function change({ context, accepted }: { context: OperationContext; accepted: typeof USER_PROPERTIES }): UserRecord {
  const user = findUser({ context, key: context.parameters[0] ?? '' })
  const body = checkUserChange({ body: bodyOf(context.request), rules: { accepted, verifiedDomains: context.verifiedDomains } })
  const changes: Properties = {}
  for (const [name, value] of Object.entries(body)) {
    if (!name.startsWith('@')) changes[name] = merged({ name, before: user.properties[name], value })
  }
  context.directory.updateUser({ user, changes })
  return user
}

/** A complex value is changed part by part, as OData prescribes for PATCH. */
function merged({ name, before, value }: { name: string; before: unknown; value: unknown }): unknown {
  if (!NESTED.includes(name) || typeof value !== 'object' || value === null || typeof before !== 'object') return value
  return { ...before, ...value }
}
