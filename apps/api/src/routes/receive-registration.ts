import { createHash } from 'node:crypto'
import { type AcceptRuns, type Clock, type NewRun, prepareRun, priorityOf } from '@rollcall/engine'
import { httpErrors, ProblemError, problemResponses, type RequestMetrics, refusal } from '@rollcall/platform/http'
import { RegistrationPush } from '@rollcall/registrations'
import { registrationChange } from '@rollcall/status-sync'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { REQUEST_KEPT_MS } from '../idempotency-key.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { createVerifyDelivery, type Verified } from '../push/verify-delivery.ts'

/** One registration, and room for fields that come later. */
const BODY_LIMIT = 65_536
/** Among the callers whose requests are known again: no API key has such a name. */
const CALLER = 'push:registrations'

const Headers = z.object({
  'webhook-id': z.string().optional().meta({ description: 'The delivery’s own id: a second one with the same is refused.' }),
  'webhook-timestamp': z
    .string()
    .optional()
    .meta({ description: 'When it was signed, in seconds since 1970; not more than five minutes ago.' }),
  'webhook-signature': z
    .string()
    .optional()
    .meta({ description: 'v1 and the HMAC-SHA256 of id, timestamp and body; several with blanks between.' }),
})

const Taken = z.object({ uuid: z.string(), state: z.string(), status: z.string() }).meta({ id: 'PushTaken' })

export interface ReceiveRegistrationDeps {
  readonly pushSecrets: readonly string[]
  readonly acceptRuns: AcceptRuns
  readonly clock: Clock
  readonly newId: () => string
  readonly metrics: Pick<RequestMetrics, 'authFailures'>
}

export async function receiveRegistration(api: Api, deps: ReceiveRegistrationDeps): Promise<void> {
  const { acceptRuns, clock, metrics, newId, pushSecrets } = deps
  const verify = createVerifyDelivery(pushSecrets)

  // In a scope of its own: no other address takes a body as it came.
  await api.register(async (scope: Api) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
      async (_request: unknown, body: Buffer) => body,
    )

    scope.post(
      '/api/registrations/events',
      {
        config: { access: 'public' },
        // Described, and judged by hand: not before it is known who sent it.
        validatorCompiler: () => (value: unknown) => ({ value }),
        schema: {
          tags: ['registrations'],
          summary: 'Be told of a registration that has changed',
          description:
            'For the registration service, which signs its deliveries as the Standard Webhooks say; its key is the signature. The account follows by the same rules as in the sync, within seconds. A delivery that came before is refused with 409, which its sender counts as delivered.',
          security: [],
          headers: Headers,
          body: RegistrationPush,
          response: {
            202: Taken.meta({ description: 'Taken: the run that lets the account follow.' }),
            ...problemResponses(400, 401, 409, 413, 415, 422, 503),
          },
        },
      },
      async (request, reply) => {
        const now = clock.now()
        const { id, text } = verified(request.headers, request.body as unknown, now)
        const run = runOf({ webhookId: id, push: pushIn(text), now, newId })
        const result = await acceptRuns({ groupUuid: run.groupUuid, request: { ...keyOf({ id, text }), ...kept(now, run) }, runs: [run] })
        const [taken] = result.kind === 'accepted' ? result.runs : []
        if (!taken) throw refusal(apiErrors.PUSH_REPEATED)
        const { uuid, state, status } = taken
        return reply.code(202).header('location', `/azure-data-sync/${uuid}`).send({ uuid, state, status })
      },
    )
  })

  function verified(headers: Parameters<typeof verify>[0]['headers'], body: unknown, now: number): Verified {
    try {
      return verify({ headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0), now })
    } catch (error) {
      metrics.authFailures.inc({ reason: reasonOf(error) })
      throw error
    }
  }
}

/** A clock that is wrong and a secret that nobody has set are no attempts to forge. */
function reasonOf(error: unknown): string {
  const code = error instanceof ProblemError ? error.problem.code : null
  if (code === 'PUSH_OUT_OF_TIME') return 'out_of_time'
  return code === 'PUSH_NOT_SET_UP' ? 'not_set_up' : 'wrong_signature'
}

/** @throws ProblemError MALFORMED_JSON, INVALID_BODY: the sender is known, and says something that was not agreed upon */
function pushIn(text: string): RegistrationPush {
  const parsed = RegistrationPush.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'the body itself'))]
  throw refusal(httpErrors.INVALID_BODY, { detail: `Look at ${fields.join(', ')}.` })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refusal(httpErrors.MALFORMED_JSON)
  }
}

function runOf({
  webhookId,
  push: { data },
  now,
  newId,
}: {
  readonly webhookId: string
  readonly push: RegistrationPush
  readonly now: number
  readonly newId: () => string
}): NewRun {
  const { registrationId, registrationNumber, userId, status, version, updatedAt } = data
  const registration = { registrationId, registrationNumber, userId, status, version, updatedAt: Date.parse(updatedAt) }
  const priority = priorityOf({ lane: 'interactive', ahead: 0 })
  const origin = { groupUuid: newId(), requestedBy: CALLER, priority, now, newId }
  return prepareRun({ process: registrationChange, input: { registration, webhookId }, ...origin })
}

function keyOf({ id, text }: Verified) {
  return { caller: CALLER, key: id, bodyHash: createHash('sha256').update(text).digest('hex') }
}

function kept(now: number, { uuid }: NewRun) {
  return { items: [{ uuid }], createdAt: now, expiresAt: now + REQUEST_KEPT_MS }
}
