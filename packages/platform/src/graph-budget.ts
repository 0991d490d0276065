import type { ResourceLimits } from '@rollcall/engine'
import { z } from 'zod'

/**
 * The fleet's share of Microsoft's write quota, 3,000 in 150 seconds per application and tenant: with these defaults, burst and refill
 * together stay within it in any such window. Every worker that meets the resource `graph` must read the same.
 */
export const graphBudgetEnv = {
  GRAPH_WRITES_PER_SECOND: z.coerce.number().positive().default(19).describe('Writes to Graph that the whole fleet may make in a second.'),
  GRAPH_WRITES_BURST: z.coerce.number().int().min(4).default(150).describe('Writes to Graph that may be made at once after a pause.'),
  GRAPH_REOPEN_BY_PROBE: z
    .stringbool()
    .default(true)
    .describe('Whether Graph, once closed for everybody, reopens when a probe gets through, or only when an operator says so.'),
}

export function graphLimits(env: z.output<z.ZodObject<typeof graphBudgetEnv>>): ResourceLimits[] {
  return [
    {
      name: 'graph',
      ratePerSecond: env.GRAPH_WRITES_PER_SECOND,
      burst: env.GRAPH_WRITES_BURST,
      reopenByProbe: env.GRAPH_REOPEN_BY_PROBE,
    },
  ]
}
