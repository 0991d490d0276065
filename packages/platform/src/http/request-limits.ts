// How much one caller, and one address that guesses at keys, may ask of this instance. Counted in memory: a limit must hold, and must not
// cost a round trip, while Redis is away. What must always hold: whoever is limited is told so and when to come back.
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { httpErrors } from './http-errors.ts'
import { type ProblemError, refusal } from './problem.ts'

const MINUTE_MS = 60_000
/** Wrong keys that one address may send in a minute. */
const FAILURES_PER_MINUTE = 60

export interface RequestLimits {
  /** @throws ProblemError TOO_MANY_REQUESTS where this address has sent too many wrong keys */
  assertMayTry(request: FastifyRequest): Promise<void>
  countFailure(request: FastifyRequest): Promise<void>
  /** Counts a request of a known caller. @throws ProblemError TOO_MANY_REQUESTS */
  assertMayAsk(request: FastifyRequest, caller: string): Promise<void>
}

type Check = ReturnType<FastifyInstance['createRateLimit']>

/** @param perMinute requests that one key may send to this instance; 0 for no limit */
export async function createRequestLimits(app: FastifyInstance, perMinute: number): Promise<RequestLimits> {
  await app.register(rateLimit, { global: false })
  const failures = app.createRateLimit({ max: FAILURES_PER_MINUTE, timeWindow: MINUTE_MS, keyGenerator: ({ ip }) => ip })
  const names = new WeakMap<FastifyRequest, string>()
  const asked = app.createRateLimit({ max: perMinute, timeWindow: MINUTE_MS, keyGenerator: (request) => names.get(request) ?? '' })

  return {
    async assertMayTry(request) {
      const answer = await failures(request, { increment: false })
      // This try would be one more than are left; `isExceeded` says so only once it has been counted.
      if (!answer.isAllowed && answer.remaining === 0) throw tooMany(answer, 'This address has sent too many keys that are not valid.')
    },
    async countFailure(request) {
      await failures(request)
    },
    async assertMayAsk(request, caller) {
      if (perMinute === 0) return
      names.set(request, caller)
      const answer = await asked(request)
      if (!answer.isAllowed && answer.isExceeded) throw tooMany(answer, `This key may send ${answer.max.toLocaleString('en')} a minute.`)
    },
  }
}

function tooMany({ ttlInSeconds }: Extract<Awaited<ReturnType<Check>>, { isAllowed: false }>, detail: string): ProblemError {
  const seconds = Math.max(1, ttlInSeconds)
  return refusal(httpErrors.TOO_MANY_REQUESTS, { detail: `${detail} Come back in ${seconds} s.` }, { 'retry-after': String(seconds) })
}
