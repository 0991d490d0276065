import { expect, test } from 'vitest'
import { z } from 'zod'
import { graphBudgetEnv, graphLimits } from './graph-budget.ts'
import { readEnv } from './read-env.ts'

test('stays within the write quota of Microsoft in any window of 150 seconds', () => {
  const [limits] = graphLimits(readEnv(z.object(graphBudgetEnv), {}))
  expect(limits).toEqual({ name: 'graph', ratePerSecond: 19, burst: 150, reopenByProbe: true })
  expect(150 * (limits?.ratePerSecond ?? 0) + (limits?.burst ?? 0)).toBeLessThanOrEqual(3_000)
})

test('leaves reopening to an operator where it is told so', () => {
  const [limits] = graphLimits(readEnv(z.object(graphBudgetEnv), { GRAPH_REOPEN_BY_PROBE: 'false' }))
  expect(limits).toMatchObject({ reopenByProbe: false })
})
