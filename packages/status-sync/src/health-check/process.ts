import { defineProcess } from '@rollcall/engine'
import { z } from 'zod'

/** What the sync cannot do without. */
export const HEALTH_PARTS = ['sql', 'redis', 'registrations'] as const
export type HealthPart = (typeof HEALTH_PARTS)[number]

export const PartHealth = z.object({
  ok: z.boolean(),
  tookMs: z.int(),
  /** Null where it answered as it should. */
  errorCode: z.string().nullable(),
})
export const HealthReport = z.object({
  healthy: z.boolean(),
  parts: z.object({ sql: PartHealth, redis: PartHealth, registrations: PartHealth }),
})
export type HealthReport = z.infer<typeof HealthReport>

export const HealthConfig = z.object({
  timeoutMs: z.int().min(100).max(30_000).describe('How long each part may take to answer.'),
})
export type HealthConfig = z.infer<typeof HealthConfig>

export const HealthCheckInput = z.object({
  trigger: z.enum(['schedule', 'manual']),
  requestedBy: z.string(),
  reason: z.string().nullable(),
  config: HealthConfig,
})
export type HealthCheckInput = z.infer<typeof HealthCheckInput>

/** Asks SQL, Redis and the registration service, and writes down what each of them answered. */
export const healthCheck = defineProcess({
  name: 'health-check',
  input: HealthCheckInput,
  correctable: false,
  about: () => ({ type: 'CHECK_HEALTH', subjectId: 'healthCheck', subjectName: null, scopeId: null }),
  start: 'CHECK_HEALTH',
  states: {
    CHECK_HEALTH: {
      worker: 'sync',
      operation: 'CHECKED_HEALTH',
      received: HealthReport,
      next: { healthy: 'COMPLETED', unhealthy: 'COMPLETED' },
      partial: ['unhealthy'],
    },
  },
})

export type HealthCheck = typeof healthCheck
