import { RetryAfterError } from '@rollcall/engine'
import type { AccountKind, DirectoryCall } from '@rollcall/provisioning'
import { EducationUserPage, UserPage } from './graph-bodies.ts'
import type { GraphConfig } from './graph-config.ts'
import type { GraphRequest, Send } from './graph-request.ts'
import { readFound } from './read-body.ts'

/** The most that Graph puts on a page. */
const PER_PAGE = '999'
/** How often Graph may ask to wait before the same page. */
const MOST_WAITS = 20

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

/** Waits, or rejects once the signal fires. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>
export type ListAccounts = (call: DirectoryCall, pause: Pause) => AsyncGenerator<readonly MarkedAccount[]>

/**
 * Every account of our domain that carries our marker, page by page. A page may hold none. The directory's index may be minutes behind. Where
 * Graph asks to wait, it waits: hundreds of pages are not begun anew for one refusal.
 * @throws the engine's words, as every read does; a list that Graph does not know is no empty one
 */
export function makeListAccounts({ send, config }: { readonly send: Send; readonly config: GraphConfig }): ListAccounts {
  const domain = `@${config.GRAPH_DOMAIN}`.toLowerCase()

  function localPart(userPrincipalName: string): string | null {
    const name = userPrincipalName.toLowerCase()
    return name.endsWith(domain) ? name.slice(0, -domain.length) : null
  }

  async function pageOfUsers(query: Query, call: DirectoryCall): Promise<Page> {
    const page = readFound(await send(listing('/users', query), call), UserPage)
    return { next: page['@odata.nextLink'], marked: page.value.map((user) => ({ ...user, marker: user.employeeId, kind: null })) }
  }

  async function pageOfEducationUsers(query: Query, call: DirectoryCall): Promise<Page> {
    const page = readFound(await send(listing('/education/users', query), call), EducationUserPage)
    return { next: page['@odata.nextLink'], marked: page.value.map((user) => ({ ...user, ...markerOf(user) })) }
  }

  return async function* (call, pause) {
    const usesEmployeeId = config.GRAPH_MARKER === 'employeeId'
    const $select = `id,userPrincipalName,${usesEmployeeId ? 'employeeId' : 'student,teacher'}`
    let query: Query | null = { $select, $top: PER_PAGE }
    while (query !== null) {
      const asked: Query = query
      const ask = () => (usesEmployeeId ? pageOfUsers(asked, call) : pageOfEducationUsers(asked, call))
      const page: Page = await patiently(ask, (ms) => pause(ms, call.signal))
      yield page.marked.flatMap(({ id, userPrincipalName, marker, kind }) => {
        const username = localPart(userPrincipalName)
        return marker && username !== null ? [{ azureId: id, username, marker, kind }] : []
      })
      query = page.next === undefined ? null : Object.fromEntries(new URL(page.next).searchParams)
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

async function patiently<Result>(ask: () => Promise<Result>, pause: (ms: number) => Promise<void>): Promise<Result> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof RetryAfterError) || waits === MOST_WAITS) throw error
      await pause(error.afterMs)
    }
  }
}

function listing(route: string, query: Query): GraphRequest {
  return { method: 'GET', route, query, purpose: 'read' }
}

function markerOf({ student, teacher }: { student?: Mark; teacher?: Mark }): { marker: string | null; kind: AccountKind | null } {
  if (student?.externalId) return { marker: student.externalId, kind: 'student' }
  return teacher?.externalId ? { marker: teacher.externalId, kind: 'teacher' } : { marker: null, kind: null }
}

type Mark = { readonly externalId?: string | null | undefined } | null | undefined
