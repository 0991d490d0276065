import { expect, test } from 'vitest'
import { createChance } from '../support/chance.ts'
import { ACTS, KINDS, planSoak } from './plan-soak.ts'

const MINUTE_MS = 60_000

test('the same seed gives the same plan, another one another', () => {
  const plan = (seed: number) => planSoak({ lengthMs: MINUTE_MS, chance: createChance(seed) })
  expect(plan(5)).toEqual(plan(5))
  expect(plan(5)).not.toEqual(plan(6))
})

test('within half an hour everything happens that can happen, in its order', () => {
  const { acts, strikes } = planSoak({ lengthMs: 30 * MINUTE_MS, chance: createChance(1) })
  const struck = new Set(strikes.map(({ strike }) => strike.kind))
  expect(struck).toEqual(new Set(KINDS))
  expect(new Set(acts.map(({ kind }) => kind))).toEqual(new Set(ACTS))
  for (const times of [acts, strikes].map((all) => all.map(({ atMs }) => atMs))) expect(times).toEqual(times.toSorted((a, b) => a - b))
})
