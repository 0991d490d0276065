import { defineHandlers, systemClock, TransientError } from '@rollcall/engine'
import { createStory } from '@rollcall/engine/testing'
import { describe, expect, test } from 'vitest'
import { statusSyncErrors } from '../errors.ts'
import { checkHealth, type HealthProbes } from './check-health.ts'
import { HEALTH_PARTS, healthCheck } from './process.ts'
import { createCheckHealth } from './states/check-health.ts'

const input = { trigger: 'schedule', requestedBy: 'schedule:healthCheck', reason: null, config: { timeoutMs: 10_000 } } as const

function probesOf(changes: Partial<HealthProbes> = {}) {
  const asked: string[] = []
  const probe = (part: string) => async () => void asked.push(part)
  const probes: HealthProbes = { sql: probe('sql'), redis: probe('redis'), registrations: probe('registrations'), ...changes }
  return { asked, probes }
}

async function run(probes: HealthProbes) {
  const story = createStory({
    handlers: [
      defineHandlers(healthCheck, 'sync', { CHECK_HEALTH: createCheckHealth({ probes, clock: { now: () => story.clock.now() } }) }),
    ],
  })
  const { uuid } = await story.begin({ process: healthCheck, input })
  await story.play()
  return { trail: story.trail(uuid), result: story.ledger.run(uuid).result }
}

const unavailable = async () => {
  throw new TransientError(statusSyncErrors.REGISTRATIONS_UNAVAILABLE)
}

describe('a health check', () => {
  test('defect 15: asks SQL, Redis and the registration service before it says that all is well', async () => {
    const { asked, probes } = probesOf()
    const { trail, result } = await run(probes)
    expect(asked.toSorted()).toEqual(HEALTH_PARTS.toSorted())
    expect(trail).toEqual(['CHECK_HEALTH success', 'COMPLETED full'])
    const well = { ok: true, tookMs: 0, errorCode: null }
    expect(result).toEqual({ CHECK_HEALTH: { healthy: true, parts: { sql: well, redis: well, registrations: well } } })
  })

  test.each(HEALTH_PARTS)('is ill where %s is, and says so of that part alone', async (part) => {
    const { probes } = probesOf({ [part]: unavailable })
    const { trail, result } = await run(probes)
    expect(trail).toEqual(['CHECK_HEALTH success', 'COMPLETED partial'])
    const parts = Object.fromEntries(
      HEALTH_PARTS.map((one) => [one, { ok: one !== part, tookMs: 0, errorCode: one === part ? 'REGISTRATIONS_UNAVAILABLE' : null }]),
    )
    expect(result).toEqual({ CHECK_HEALTH: { healthy: false, parts } })
  })

  test('names no message of a fault that nobody has named', async () => {
    const { probes } = probesOf({
      redis: async () => {
        throw new RangeError('redis://:secret@host')
      },
    })
    const { result } = await run(probes)
    expect(result).toMatchObject({ CHECK_HEALTH: { parts: { redis: { ok: false, errorCode: 'UNEXPECTED_ERROR' } } } })
    expect(JSON.stringify(result)).not.toContain('secret')
  })

  test('calls ill what does not answer in time, and waits for nobody longer than that', async () => {
    const silent = () => new Promise<never>(() => undefined)
    const stop = new AbortController()
    const { probes } = probesOf({ registrations: silent })
    const report = checkHealth({ probes, timeoutMs: 30_000, signal: stop.signal, now: systemClock.now })
    stop.abort()
    expect(await report).toMatchObject({ healthy: false, parts: { registrations: { ok: false, errorCode: 'HANDLER_TIMEOUT' } } })
    expect(
      await checkHealth({ probes: { ...probes, sql: silent }, timeoutMs: 1, signal: new AbortController().signal, now: systemClock.now }),
    ).toMatchObject({ parts: { sql: { ok: false, errorCode: 'HANDLER_TIMEOUT' } } })
  })
})
