// What must always hold: nothing is called healthy that was not asked just now, and whoever does not answer in time is ill.
import { CodedError, engineErrors } from '@rollcall/engine'
import type { z } from 'zod'
import type { HealthPart, HealthReport, PartHealth } from './process.ts'

/** How each part is asked. What throws, or is silent for too long, is ill. */
export type HealthProbes = Readonly<Record<HealthPart, (signal: AbortSignal) => Promise<unknown>>>

/** Asks all parts at once. Never rejects. */
export async function checkHealth({
  probes,
  timeoutMs,
  signal,
  now,
}: {
  readonly probes: HealthProbes
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly now: () => number
}): Promise<HealthReport> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const [sql, redis, registrations] = await Promise.all([check(probes.sql), check(probes.redis), check(probes.registrations)])
  return { healthy: sql.ok && redis.ok && registrations.ok, parts: { sql, redis, registrations } }

  async function check(probe: HealthProbes[HealthPart]): Promise<z.infer<typeof PartHealth>> {
    const startedAt = now()
    const errorCode = await Promise.race([ask(probe), silence()])
    return { ok: errorCode === null, tookMs: Math.max(0, Math.round(now() - startedAt)), errorCode }
  }

  async function ask(probe: HealthProbes[HealthPart]): Promise<string | null> {
    try {
      await probe(inTime)
      return null
    } catch (error) {
      if (inTime.aborted) return engineErrors.HANDLER_TIMEOUT.code
      return error instanceof CodedError ? error.errorCode.code : engineErrors.UNEXPECTED_ERROR.code
    }
  }

  function silence(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>()
    const give = () => resolve(engineErrors.HANDLER_TIMEOUT.code)
    if (inTime.aborted) give()
    else inTime.addEventListener('abort', give, { once: true })
    return promise
  }
}
