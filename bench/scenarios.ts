// Every scenario of the bench, in the order in which `pnpm bench` measures them: one line each, a folder each.
import { api } from './api/scenario.ts'
import { cost } from './cost/scenario.ts'
import { engine } from './engine/scenario.ts'
import { growth } from './growth/scenario.ts'
import type { Scenario } from './harness/scenario.ts'
import { latency } from './latency/scenario.ts'
import { memory } from './memory/scenario.ts'
import { recovery } from './recovery/scenario.ts'
import { replacedDesign } from './replaced-design/scenario.ts'
import { statusSync } from './status-sync/scenario.ts'
import { wireBudget } from './wire-budget/scenario.ts'
import { wireSingle } from './wire-single/scenario.ts'
import { wireThroughput } from './wire-throughput/scenario.ts'

export const SCENARIOS: readonly Scenario[] = [
  engine,
  replacedDesign,
  latency,
  cost,
  growth,
  memory,
  recovery,
  api,
  statusSync,
  wireThroughput,
  wireBudget,
  wireSingle,
]
