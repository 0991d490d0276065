import type { PersonReads } from '@rollcall/database'
import type { Run } from '@rollcall/engine'
import type { FastifyRequest } from 'fastify'
import { callerOf } from '../plugins/authentication.ts'

/** Who is about to be shown a person, and where. */
export function readerOf(
  request: FastifyRequest,
  more: { readonly runUuid?: string } = {},
): Omit<Parameters<PersonReads['note']>[0], 'personIds'> {
  const { name, role } = callerOf(request)
  return { actor: name, role, details: { route: request.routeOptions.url ?? '', ...more } }
}

/** Whom the input of a run tells of. Runs that sweep, probe or replay are about nobody. */
export function personsIn({ input }: Pick<Run, 'input'>): string[] {
  return typeof input.personId === 'string' ? [input.personId] : []
}
