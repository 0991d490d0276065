// Every scenario of the bench, in the order in which `pnpm bench` measures them: one line each, a folder each.
import type { Scenario } from './harness/scenario.ts'

export const SCENARIOS: readonly Scenario[] = []
