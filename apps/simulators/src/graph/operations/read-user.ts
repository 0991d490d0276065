import { answerList } from '../answer-list.ts'
import { findUser } from '../find-visible.ts'
import { parseSelect } from '../odata.ts'
import type { GraphAnswer, OperationContext } from '../operation.ts'
import { isEducationUserProperty, isUserProperty, showEducationUser, showUser } from '../views.ts'

const USER_FILTERS = ['userPrincipalName', 'employeeId', 'mailNickname', 'mail']
const EDUCATION_USER_FILTERS = ['userPrincipalName', 'mailNickname', 'mail', 'student/externalId', 'teacher/externalId']

/** GET /users/{id or user principal name} */
export function getUser(context: OperationContext): GraphAnswer {
  const user = findUser({ context, key: context.parameters[0] ?? '' })
  const select = selectUser(context)
  const context_ = `${context.request.baseUrl}/$metadata#users${select === undefined ? '' : `(${select.join(',')})`}/$entity`
  return { status: 200, body: { '@odata.context': context_, ...showUser({ user, select }) } }
}

/** GET /users */
export function listUsers(context: OperationContext): GraphAnswer {
  const select = selectUser(context)
  const { users, userIndex } = context.directory
  return answerList({
    context,
    records: users,
    index: userIndex,
    filterable: USER_FILTERS,
    resource: 'User',
    contextPath: 'users',
    show: (user) => showUser({ user, select }),
  })
}

/** GET /education/users/{id or user principal name} */
export function getEducationUser(context: OperationContext): GraphAnswer {
  const user = findUser({ context, key: context.parameters[0] ?? '' })
  const shown = showEducationUser({ user, select: selectEducationUser(context) })
  return { status: 200, body: { '@odata.context': `${context.request.baseUrl}/$metadata#education/users/$entity`, ...shown } }
}

/** GET /education/users */
export function listEducationUsers(context: OperationContext): GraphAnswer {
  const select = selectEducationUser(context)
  const { users, userIndex } = context.directory
  return answerList({
    context,
    records: users,
    index: userIndex,
    filterable: EDUCATION_USER_FILTERS,
    resource: 'EducationUser',
    contextPath: 'education/users',
    show: (user) => showEducationUser({ user, select }),
  })
}

/** GET /education/users/{id}/user */
export function getUserOfEducationUser(context: OperationContext): GraphAnswer {
  return getUser(context)
}

function selectUser(context: OperationContext): readonly string[] | undefined {
  return parseSelect({ parameters: context.request.query, known: isUserProperty, type: 'user' })
}

function selectEducationUser(context: OperationContext): readonly string[] | undefined {
  return parseSelect({ parameters: context.request.query, known: isEducationUserProperty, type: 'educationUser' })
}
