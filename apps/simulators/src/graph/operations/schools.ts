import { answerEdges, answerList } from '../answer-list.ts'
import { findClass, findSchool, findUser } from '../find-visible.ts'
import { graphErrors } from '../graph-errors.ts'
import { parseSelect } from '../odata.ts'
import { bodyOf, type GraphAnswer, noContent, type OperationContext } from '../operation.ts'
import { readReference } from '../read-reference.ts'
import { isSchoolProperty, showClass, showEducationUser, showSchool } from '../views.ts'

const FILTERS = ['externalId', 'schoolNumber']

/** GET /education/schools */
export function listSchools(context: OperationContext): GraphAnswer {
  const select = parseSelect({ parameters: context.request.query, known: isSchoolProperty, type: 'educationSchool' })
  return answerList({
    context,
    records: context.directory.schools,
    index: context.directory.schoolIndex,
    filterable: FILTERS,
    resource: 'EducationSchool',
    contextPath: 'education/schools',
    show: (record) => showSchool({ record, select }),
  })
}

/** POST /education/schools */
export function createSchool(context: OperationContext): GraphAnswer {
  const body = bodyOf(context.request)
  if (typeof body.displayName !== 'string' || body.displayName === '') throw graphErrors.missingValue('displayName')
  for (const name of Object.keys(body)) if (!isSchoolProperty(name) || name === 'id') throw graphErrors.invalidProperty(name)
  const record = context.directory.createSchool({ properties: { externalSource: 'manual', ...body } })
  return { status: 201, body: { '@odata.context': entityContext(context), ...showSchool({ record }) } }
}

/** GET /education/schools/{id} */
export function getSchool(context: OperationContext): GraphAnswer {
  const record = findSchool({ context, key: context.parameters[0] ?? '' })
  const select = parseSelect({ parameters: context.request.query, known: isSchoolProperty, type: 'educationSchool' })
  return { status: 200, body: { '@odata.context': entityContext(context), ...showSchool({ record, select }) } }
}

/** GET /education/schools/{id}/users */
export function listSchoolUsers(context: OperationContext): GraphAnswer {
  const school = findSchool({ context, key: context.parameters[0] ?? '' })
  const { directory, replication, replica } = context
  return answerEdges({
    context,
    items: edgesOf({ edges: school.users, records: directory.users }),
    isVisible: ({ edge }) => replication.isVisible(edge.visibility, replica),
    contextPath: 'education/users',
    show: ({ record }) => showEducationUser({ user: record }),
  })
}

/** GET /education/schools/{id}/classes */
export function listSchoolClasses(context: OperationContext): GraphAnswer {
  const school = findSchool({ context, key: context.parameters[0] ?? '' })
  const { directory, replication, replica } = context
  return answerEdges({
    context,
    items: edgesOf({ edges: school.classes, records: directory.classes }),
    isVisible: ({ edge }) => replication.isVisible(edge.visibility, replica),
    contextPath: 'education/classes',
    show: ({ record }) => showClass({ record }),
  })
}

/** POST /education/schools/{id}/users/$ref: a second time is a conflicting object, unlike for groups. */
export function addSchoolUser(context: OperationContext): GraphAnswer {
  const school = findSchool({ context, key: context.parameters[0] ?? '' })
  const user = findUser({ context, key: readReference(bodyOf(context.request)) })
  if (school.users.has(user.id)) throw graphErrors.conflictingObject()
  context.directory.addSchoolUser({ target: school, user })
  return noContent
}

/** DELETE /education/schools/{id}/users/{id}/$ref */
export function removeSchoolUser(context: OperationContext): GraphAnswer {
  const [schoolId = '', userId = ''] = context.parameters
  const school = findSchool({ context, key: schoolId })
  const user = findUser({ context, key: userId })
  if (!school.users.delete(user.id)) throw graphErrors.resourceNotFound(userId)
  user.schools.delete(school.id)
  return noContent
}

/** POST /education/schools/{id}/classes/$ref */
export function addSchoolClass(context: OperationContext): GraphAnswer {
  const school = findSchool({ context, key: context.parameters[0] ?? '' })
  const record = findClass({ context, key: readReference(bodyOf(context.request)) })
  if (school.classes.has(record.id)) throw graphErrors.conflictingObject()
  context.directory.addSchoolClass({ school, record })
  return noContent
}

function* edgesOf<E, T>({
  edges,
  records,
}: {
  edges: ReadonlyMap<string, E>
  records: ReadonlyMap<string, T>
}): Generator<{ edge: E; record: T }> {
  for (const [id, edge] of edges) {
    const record = records.get(id)
    if (record !== undefined) yield { edge, record }
  }
}

function entityContext(context: OperationContext): string {
  return `${context.request.baseUrl}/$metadata#education/schools/$entity`
}
