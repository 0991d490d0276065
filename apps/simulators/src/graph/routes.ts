/* The Graph v1.0 surface: every call the simulator answers, in one table. */
import type { Operation } from './operation.ts'
import { deleteUser, updateEducationUser, updateUser } from './operations/change-user.ts'
import { createClass, getClass, getGroup, listClasses } from './operations/classes.ts'
import { createEducationUser, createUser } from './operations/create-user.ts'
import { getDeletedItem, purgeDeletedItem, restoreDeletedItem } from './operations/deleted-items.ts'
import { assignLicense, listLicenseDetails, listSubscribedSkus } from './operations/licences.ts'
import {
  addToClass,
  bindMembers,
  listClassesOfUser,
  listClassUsers,
  listGroupsOfUser,
  listGroupUsers,
  listSchoolsOfUser,
  removeFromClass,
} from './operations/memberships.ts'
import { getEducationUser, getUser, getUserOfEducationUser, listEducationUsers, listUsers } from './operations/read-user.ts'
import { revokeSessions } from './operations/revoke-sessions.ts'
import {
  addSchoolClass,
  addSchoolUser,
  createSchool,
  getSchool,
  listSchoolClasses,
  listSchools,
  listSchoolUsers,
  removeSchoolUser,
} from './operations/schools.ts'

export const ROUTES: Readonly<Record<string, Operation>> = {
  'GET /users': listUsers,
  'POST /users': createUser,
  'GET /users/{id}': getUser,
  'PATCH /users/{id}': updateUser,
  'DELETE /users/{id}': deleteUser,
  'POST /users/{id}/assignLicense': assignLicense,
  'POST /users/{id}/microsoft.graph.assignLicense': assignLicense,
  'GET /users/{id}/licenseDetails': listLicenseDetails,
  'POST /users/{id}/revokeSignInSessions': revokeSessions,
  'POST /users/{id}/microsoft.graph.revokeSignInSessions': revokeSessions,
  'GET /users/{id}/memberOf': listGroupsOfUser,
  'GET /subscribedSkus': listSubscribedSkus,

  'GET /directory/deletedItems/{id}': getDeletedItem,
  'DELETE /directory/deletedItems/{id}': purgeDeletedItem,
  'POST /directory/deletedItems/{id}/restore': restoreDeletedItem,
  'POST /directory/deletedItems/{id}/microsoft.graph.restore': restoreDeletedItem,

  'GET /education/users': listEducationUsers,
  'POST /education/users': createEducationUser,
  'GET /education/users/{id}': getEducationUser,
  'PATCH /education/users/{id}': updateEducationUser,
  'DELETE /education/users/{id}': deleteUser,
  'GET /education/users/{id}/user': getUserOfEducationUser,
  'GET /education/users/{id}/schools': listSchoolsOfUser,
  'GET /education/users/{id}/classes': listClassesOfUser('members'),
  'GET /education/users/{id}/taughtClasses': listClassesOfUser('owners'),

  'GET /education/schools': listSchools,
  'POST /education/schools': createSchool,
  'GET /education/schools/{id}': getSchool,
  'GET /education/schools/{id}/users': listSchoolUsers,
  'POST /education/schools/{id}/users/$ref': addSchoolUser,
  'DELETE /education/schools/{id}/users/{id}/$ref': removeSchoolUser,
  'GET /education/schools/{id}/classes': listSchoolClasses,
  'POST /education/schools/{id}/classes/$ref': addSchoolClass,

  'GET /education/classes': listClasses,
  'POST /education/classes': createClass,
  'GET /education/classes/{id}': getClass,
  'GET /education/classes/{id}/members': listClassUsers('members'),
  'POST /education/classes/{id}/members/$ref': addToClass('members'),
  'DELETE /education/classes/{id}/members/{id}/$ref': removeFromClass({ side: 'members', missing: 400 }),
  'GET /education/classes/{id}/teachers': listClassUsers('owners'),
  'POST /education/classes/{id}/teachers/$ref': addToClass('owners'),
  'DELETE /education/classes/{id}/teachers/{id}/$ref': removeFromClass({ side: 'owners', missing: 400 }),
  'GET /education/classes/{id}/group': getGroup,

  'GET /groups/{id}': getGroup,
  'PATCH /groups/{id}': bindMembers,
  'GET /groups/{id}/members': listGroupUsers('members'),
  'POST /groups/{id}/members/$ref': addToClass('members'),
  'DELETE /groups/{id}/members/{id}/$ref': removeFromClass({ side: 'members', missing: 404 }),
  'GET /groups/{id}/owners': listGroupUsers('owners'),
  'POST /groups/{id}/owners/$ref': addToClass('owners'),
  'DELETE /groups/{id}/owners/{id}/$ref': removeFromClass({ side: 'owners', missing: 404 }),
}
