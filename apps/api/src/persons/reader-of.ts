import type { PersonReads } from '@rollcall/database'
import type { JsonObject } from '@rollcall/engine'
import { callerOf } from '@rollcall/platform/http'
import type { FastifyRequest } from 'fastify'
import { roleOf } from '../auth/access.ts'

/** Who is about to be shown people, and where. @param shown who sent what is shown; null where that is nobody's request */
export function readerOf(
  request: FastifyRequest,
  shown: readonly { readonly requestedBy: string }[] | null,
  more: JsonObject = {},
): Omit<Parameters<PersonReads['note']>[0], 'personIds'> {
  const caller = callerOf(request)
  const requestedBy = shown && [...new Set(shown.map((one) => one.requestedBy))]
  return { actor: caller.name, role: roleOf(caller), requestedBy, details: { route: request.routeOptions.url ?? '', ...more } }
}
