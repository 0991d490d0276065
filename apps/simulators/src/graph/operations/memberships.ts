/*
 * Members and owners of a group, and of the class that shares its id: a class's members are the group's members, its
 * teachers the group's owners. So the same edge can be written and read on both paths.
 */
import { answerEdges } from '../answer-list.ts'
import { findClass, findUser } from '../find-visible.ts'
import { graphErrors } from '../graph-errors.ts'
import { bodyOf, type GraphAnswer, noContent, type Operation, type OperationContext } from '../operation.ts'
import { readReference, referenceId } from '../read-reference.ts'
import type { ClassRecord, Edge, UserRecord } from '../records.ts'
import { showClass, showEducationUser, showGroup, showSchool, showUser } from '../views.ts'

type Side = 'members' | 'owners'
const MAX_BINDS = 20

/** POST …/{id}/members/$ref, …/owners/$ref, …/teachers/$ref */
export function addToClass(side: Side): Operation {
  return (context) => {
    const record = findClass({ context, key: context.parameters[0] ?? '' })
    const user = findUser({ context, key: readReference(bodyOf(context.request)) })
    if (record[side].has(user.id)) throw graphErrors.referenceExists(side)
    add({ context, side, record, user })
    return noContent
  }
}

/** DELETE …/{id}/members/{id}/$ref and its like. A missing edge: groups answer 404, the education face 400. */
export function removeFromClass({ side, missing }: { side: Side; missing: 404 | 400 }): Operation {
  return (context) => {
    const [classId = '', userId = ''] = context.parameters
    const record = findClass({ context, key: classId })
    const user = findUser({ context, key: userId })
    if (!record[side].delete(user.id)) throw missing === 404 ? graphErrors.resourceNotFound(userId) : graphErrors.referenceMissing(side)
    const reverse = side === 'members' ? user.memberOf : user.ownerOf
    reverse.delete(record.id)
    return noContent
  }
}

/** PATCH /groups/{id} with members@odata.bind: at most 20, all or nothing; one that is there already fails all. */
export function bindMembers(context: OperationContext): GraphAnswer {
  const record = findClass({ context, key: context.parameters[0] ?? '' })
  const binds = bodyOf(context.request)['members@odata.bind']
  if (!Array.isArray(binds)) throw graphErrors.invalidProperty(Object.keys(bodyOf(context.request))[0] ?? '')
  if (binds.length > MAX_BINDS) throw graphErrors.tooManyReferences(binds.length)
  const users = binds.map((url) => findUser({ context, key: referenceId(url) }))
  if (new Set(users).size < users.length || users.some((user) => record.members.has(user.id))) throw graphErrors.referenceExists('members')
  for (const user of users) add({ context, side: 'members', record, user })
  return noContent
}

/** GET /education/classes/{id}/members and /teachers */
export function listClassUsers(side: Side): Operation {
  return (context) => {
    const record = findClass({ context, key: context.parameters[0] ?? '' })
    return answerUsers({ context, edges: record[side], contextPath: 'education/users', show: (user) => showEducationUser({ user }) })
  }
}

/** GET /groups/{id}/members and /owners */
export function listGroupUsers(side: Side): Operation {
  return (context) => {
    const record = findClass({ context, key: context.parameters[0] ?? '' })
    const show = (user: UserRecord) => ({ '@odata.type': '#microsoft.graph.user', ...showUser({ user }) })
    return answerUsers({ context, edges: record[side], contextPath: 'directoryObjects', show })
  }
}

/** GET /education/users/{id}/classes and /taughtClasses */
export function listClassesOfUser(side: Side): Operation {
  return (context) => {
    const user = findUser({ context, key: context.parameters[0] ?? '' })
    const items = classesOf({ context, user, side })
    return answerEdges({ context, ...items, contextPath: 'education/classes', show: (record) => showClass({ record }) })
  }
}

/** GET /users/{id}/memberOf */
export function listGroupsOfUser(context: OperationContext): GraphAnswer {
  const user = findUser({ context, key: context.parameters[0] ?? '' })
  const items = classesOf({ context, user, side: 'members' })
  const show = (record: ClassRecord) => ({ '@odata.type': '#microsoft.graph.group', ...showGroup(record) })
  return answerEdges({ context, ...items, contextPath: 'directoryObjects', show })
}

/** GET /education/users/{id}/schools */
export function listSchoolsOfUser(context: OperationContext): GraphAnswer {
  const user = findUser({ context, key: context.parameters[0] ?? '' })
  const { directory, replication, replica } = context
  return answerEdges({
    context,
    items: [...user.schools].flatMap((id) => directory.schools.get(id) ?? []),
    isVisible: (school) => replication.isVisible(school.users.get(user.id)?.visibility, replica),
    contextPath: 'education/schools',
    show: (record) => showSchool({ record }),
  })
}

function add({ context, side, record, user }: { context: OperationContext; side: Side; record: ClassRecord; user: UserRecord }): void {
  if (side === 'members') context.directory.addMember({ target: record, user })
  else context.directory.addOwner({ target: record, user })
}

function classesOf({ context, user, side }: { context: OperationContext; user: UserRecord; side: Side }) {
  const { directory, replication, replica } = context
  const ids = side === 'members' ? user.memberOf : user.ownerOf
  return {
    items: [...ids].flatMap((id) => directory.classes.get(id) ?? []),
    isVisible: (record: ClassRecord) => replication.isVisible(record[side].get(user.id)?.visibility, replica),
  }
}

function answerUsers(list: {
  context: OperationContext
  edges: ReadonlyMap<string, Edge>
  contextPath: string
  show: (user: UserRecord) => Record<string, unknown>
}): GraphAnswer {
  const { context, edges, contextPath, show } = list
  const { directory, replication, replica } = context
  // Deleted accounts keep their edges, so that a restore brings the memberships back, but are not listed.
  const items = [...edges].flatMap(([id, edge]) => {
    const user = directory.users.get(id)
    return user === undefined ? [] : [{ edge, user }]
  })
  return answerEdges({
    context,
    items,
    isVisible: ({ edge }) => replication.isVisible(edge.visibility, replica),
    contextPath,
    show: ({ user }) => show(user),
  })
}
