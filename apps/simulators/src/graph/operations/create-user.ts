import { bodyOf, type GraphAnswer, type OperationContext } from '../operation.ts'
import type { Properties } from '../records.ts'
import { EDUCATION_USER_PROPERTIES, USER_PROPERTIES } from '../user-properties.ts'
import { checkNewUser } from '../user-rules.ts'
import { showEducationUser, showUser } from '../views.ts'

/** POST /users */
export function createUser(context: OperationContext): GraphAnswer {
  const properties = checkNewUser({
    body: bodyOf(context.request),
    rules: { accepted: USER_PROPERTIES, verifiedDomains: context.verifiedDomains },
  })
  const user = context.directory.createUser({ properties: { userType: 'Member', ...withoutAnnotations(properties) } })
  return created({ context, id: user.id, contextPath: 'users/$entity', body: showUser({ user }) })
}

/** POST /education/users */
export function createEducationUser(context: OperationContext): GraphAnswer {
  const rules = { accepted: EDUCATION_USER_PROPERTIES, verifiedDomains: context.verifiedDomains }
  const properties = checkNewUser({ body: bodyOf(context.request), rules })
  const user = context.directory.createUser({ properties: { userType: 'Member', ...withoutAnnotations(properties) } })
  return created({ context, id: user.id, contextPath: 'education/users/$entity', body: showEducationUser({ user }) })
}

function created({
  context,
  id,
  contextPath,
  body,
}: {
  context: OperationContext
  id: string
  contextPath: string
  body: Properties
}): GraphAnswer {
  const { baseUrl } = context.request
  return {
    status: 201,
    headers: { location: `${baseUrl}/${context.tenantId}/directoryObjects/${id}/Microsoft.DirectoryServices.User` },
    body: { '@odata.context': `${baseUrl}/$metadata#${contextPath}`, ...body },
  }
}

function withoutAnnotations(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith('@')))
}
