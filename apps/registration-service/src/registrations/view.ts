import type { RegistrationRecord } from '@rollcall/database'
import type { RegistrationAnswerBody, RegistrationView } from '@rollcall/registrations'
import type { FastifyReply, FastifyRequest } from 'fastify'

export function viewOf({ createdAt: _, updatedAt, ...record }: RegistrationRecord): RegistrationView {
  return { ...record, updatedAt: new Date(updatedAt).toISOString() }
}

/** Names the registration, too: under one number there may stand another one tomorrow, of the same version. */
export function etagOf({ registrationId, version }: Pick<RegistrationRecord, 'registrationId' | 'version'>): string {
  return `"${registrationId}.${version}"`
}

/** Answers a registration, or 304 to whoever has this version already. */
export function answerRegistration({
  request,
  reply,
  record,
}: {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly record: RegistrationRecord
}): RegistrationAnswerBody | FastifyReply {
  const etag = etagOf(record)
  reply.header('etag', etag)
  const known = (request.headers['if-none-match'] ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  if (known.includes(etag)) return reply.code(304).send()
  return { success: true, data: viewOf(record) }
}
