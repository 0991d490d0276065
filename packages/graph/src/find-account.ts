import type { Directory, DirectoryAccount, DirectoryCall } from '@rollcall/provisioning'
import { EducationUser, User } from './graph-bodies.ts'
import type { GraphConfig } from './graph-config.ts'
import type { Send } from './graph-request.ts'
import { readBody } from './read-body.ts'

/**
 * Looks up by user principal name. Graph documents that address for /users only, and a list of /education/users may leave out accounts that
 * were not made through it (somebody else's, which we must see), so the marker of /education is a second read, by id.
 */
export function makeFindAccount({ send, config }: { readonly send: Send; readonly config: GraphConfig }): Directory['findAccount'] {
  async function readMarker({ azureId, call }: { azureId: string; call: DirectoryCall }): Promise<string | null | undefined> {
    const query = { $select: 'id,userPrincipalName,student,teacher' }
    const answer = await send({ method: 'GET', route: '/education/users/{id}', params: { id: azureId }, query, purpose: 'read' }, call)
    const user = readBody(answer, EducationUser)
    return user === null ? undefined : user.student?.externalId || user.teacher?.externalId || null
  }

  return async ({ username }, call): Promise<DirectoryAccount | null> => {
    const usesEmployeeId = config.GRAPH_MARKER === 'employeeId'
    const params = { userPrincipalName: `${username}@${config.GRAPH_DOMAIN}` }
    const query = { $select: `id,userPrincipalName,createdDateTime${usesEmployeeId ? ',employeeId' : ''}` }
    const answer = await send({ method: 'GET', route: '/users/{userPrincipalName}', params, query, purpose: 'read' }, call)
    const user = readBody(answer, User)
    if (user === null) return null
    const marker = usesEmployeeId ? user.employeeId || null : await readMarker({ azureId: user.id, call })
    // The second replica does not know the account yet: to our caller the same as the first not knowing it.
    if (marker === undefined) return null
    const localPart = user.userPrincipalName.split('@', 1).join('').toLowerCase()
    return { azureId: user.id, username: localPart, marker, createdAt: user.createdDateTime }
  }
}
