// How the service shall fail, for tests of those who ask it. What must always hold: until somebody asks for a fault there is none.
import { z } from 'zod'

const MINUTE_MS = 60_000

export const Faults = z
  .strictObject({
    mode: z.enum(['none', 'down', 'slow', 'errors', 'malformed', 'throttled']).default('none').meta({
      description:
        'down: hangs up without an answer. slow: answers late. errors: 500. malformed: 200 with half an answer. throttled: 429 with Retry-After.',
    }),
    share: z.number().min(0).max(1).default(1).meta({ description: 'Of so many requests; the others are answered as ever.' }),
    delayMs: z.int().min(0).max(MINUTE_MS).default(1_000).meta({ description: 'For slow.' }),
    retryAfterSeconds: z.int().min(0).max(3_600).default(1).meta({ description: 'For throttled.' }),
    dropPushes: z.boolean().default(false).meta({ description: 'Takes what is to be pushed for delivered, without sending it.' }),
  })
  .meta({ id: 'Faults' })
export type Faults = z.infer<typeof Faults>

export interface FaultSwitch {
  current(): Faults
  set(faults: Faults): void
  /** What becomes of the next request. */
  draw(): Faults['mode']
}

export function createFaultSwitch({ random }: { readonly random: () => number }): FaultSwitch {
  let now = Faults.parse({})
  return {
    current: () => now,
    set(faults) {
      now = faults
    },
    draw: () => (random() < now.share ? now.mode : 'none'),
  }
}
