import { graphErrors } from '../graph-errors.ts'
import { type GraphAnswer, isProperties, noContent, type OperationContext } from '../operation.ts'
import type { Properties, UserRecord } from '../records.ts'
import { assertUserPrincipalName } from '../user-rules.ts'
import { showUser } from '../views.ts'

/** GET /directory/deletedItems/{id} */
export function getDeletedItem(context: OperationContext): GraphAnswer {
  return { status: 200, body: showDirectoryObject({ context, user: find(context) }) }
}

/** POST /directory/deletedItems/{id}/restore */
export function restoreDeletedItem(context: OperationContext): GraphAnswer {
  const user = find(context)
  const { body } = context.request
  const asked = isProperties(body) ? body.newUserPrincipalName : undefined
  const newUserPrincipalName = typeof asked === 'string' ? asked : undefined
  if (newUserPrincipalName !== undefined) {
    assertUserPrincipalName({ userPrincipalName: newUserPrincipalName, verifiedDomains: context.verifiedDomains })
  }
  context.directory.restoreUser({ user, newUserPrincipalName })
  return { status: 200, body: showDirectoryObject({ context, user }) }
}

/** DELETE /directory/deletedItems/{id} */
export function purgeDeletedItem(context: OperationContext): GraphAnswer {
  context.directory.purgeUser(find(context))
  return noContent
}

function find(context: OperationContext): UserRecord {
  const id = context.parameters[0] ?? ''
  const user = context.directory.deletedUser(id)
  if (user === undefined) throw graphErrors.resourceNotFound(id)
  return user
}

function showDirectoryObject({ context, user }: { context: OperationContext; user: UserRecord }): Properties {
  return {
    '@odata.context': `${context.request.baseUrl}/$metadata#directoryObjects/$entity`,
    '@odata.type': '#microsoft.graph.user',
    ...showUser({ user }),
  }
}
