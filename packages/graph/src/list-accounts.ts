import type { AccountKind, DirectoryCall } from '@rollcall/provisioning'
import { EducationUserPage, UserPage } from './graph-bodies.ts'
import type { GraphConfig } from './graph-config.ts'
import type { GraphRequest, Send } from './graph-request.ts'
import { readBody } from './read-body.ts'

/** The most that Graph puts on a page. */
const PER_PAGE = '999'

/** An account that carries our marker. */
export interface MarkedAccount {
  readonly azureId: string
  /** The local part, in lower case. */
  readonly username: string
  /** The personId. */
  readonly marker: string
  /** Null where the marker does not tell. */
  readonly kind: AccountKind | null
}

export type ListAccounts = (call: DirectoryCall) => AsyncGenerator<readonly MarkedAccount[]>

/**
 * Every account of our domain that carries our marker, page by page. A page may hold none. The directory's index may be minutes behind.
 * @throws the engine's words, as every read does
 */
export function makeListAccounts({ send, config }: { readonly send: Send; readonly config: GraphConfig }): ListAccounts {
  const domain = `@${config.GRAPH_DOMAIN}`.toLowerCase()

  function localPart(userPrincipalName: string): string | null {
    const name = userPrincipalName.toLowerCase()
    return name.endsWith(domain) ? name.slice(0, -domain.length) : null
  }

  async function pageOfUsers(query: Query, call: DirectoryCall): Promise<Page | null> {
    const page = readBody(await send(listing('/users', query), call), UserPage)
    return page && { next: page['@odata.nextLink'], marked: page.value.map((user) => ({ ...user, marker: user.employeeId, kind: null })) }
  }

  async function pageOfEducationUsers(query: Query, call: DirectoryCall): Promise<Page | null> {
    const page = readBody(await send(listing('/education/users', query), call), EducationUserPage)
    return page && { next: page['@odata.nextLink'], marked: page.value.map((user) => ({ ...user, ...markerOf(user) })) }
  }

  return async function* (call) {
    const usesEmployeeId = config.GRAPH_MARKER === 'employeeId'
    const $select = `id,userPrincipalName,${usesEmployeeId ? 'employeeId' : 'student,teacher'}`
    let query: Query | null = { $select, $top: PER_PAGE }
    while (query !== null) {
      const page: Page | null = usesEmployeeId ? await pageOfUsers(query, call) : await pageOfEducationUsers(query, call)
      yield (page?.marked ?? []).flatMap(({ id, userPrincipalName, marker, kind }) => {
        const username = localPart(userPrincipalName)
        return marker && username !== null ? [{ azureId: id, username, marker, kind }] : []
      })
      query = page?.next === undefined ? null : Object.fromEntries(new URL(page.next).searchParams)
    }
  }
}

type Query = Readonly<Record<string, string>>

interface Page {
  readonly next: string | undefined
  readonly marked: readonly {
    readonly id: string
    readonly userPrincipalName: string
    readonly marker?: string | null | undefined
    readonly kind: AccountKind | null
  }[]
}

function listing(route: string, query: Query): GraphRequest {
  return { method: 'GET', route, query, purpose: 'read' }
}

function markerOf({ student, teacher }: { student?: Mark; teacher?: Mark }): { marker: string | null; kind: AccountKind | null } {
  if (student?.externalId) return { marker: student.externalId, kind: 'student' }
  return teacher?.externalId ? { marker: teacher.externalId, kind: 'teacher' } : { marker: null, kind: null }
}

type Mark = { readonly externalId?: string | null | undefined } | null | undefined
