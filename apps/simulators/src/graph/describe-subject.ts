import type { Directory } from './create-directory.ts'
import type { FaultSubject } from './create-faults.ts'
import { segmentsOf } from './create-router.ts'
import { type GraphRequest, isProperties } from './operation.ts'
import { textAt } from './records.ts'

const QUOTED_NAME = /'([^']*@[^']*)'/g

/** Says which users and classes a request is about, for the rules that name one. */
export function describeSubject({ request, directory }: { request: GraphRequest; directory: Directory }): FaultSubject {
  const { method, path, query, body } = request
  const named = () => [...segmentsOf(path).map(decodeLoosely), ...referencedIds(body)]
  return {
    method,
    path,
    body,
    upns: () => {
      const own = isProperties(body) && typeof body.userPrincipalName === 'string' ? [body.userPrincipalName] : []
      const filtered = [...(query.get('$filter') ?? '').matchAll(QUOTED_NAME)].map(([, name = '']) => name)
      return [...own, ...filtered, ...named().flatMap((key) => upnOf({ directory, key }))]
    },
    classIds: () => named().filter((key) => directory.classes.has(key)),
  }
}

function upnOf({ directory, key }: { directory: Directory; key: string }): string[] {
  if (key.includes('@')) return [key]
  const user = directory.users.get(key)
  const upn = user === undefined ? undefined : textAt({ properties: user.properties, path: 'userPrincipalName' })
  return upn === undefined ? [] : [upn]
}

function referencedIds(body: unknown): string[] {
  if (!isProperties(body)) return []
  const binds: unknown[] = Array.isArray(body['members@odata.bind']) ? body['members@odata.bind'] : []
  return [body['@odata.id'], ...binds].flatMap((url) => (typeof url === 'string' ? [url.slice(url.lastIndexOf('/') + 1)] : []))
}

function decodeLoosely(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    // A malformed path is refused by the router; here it just names nobody.
    return segment
  }
}
