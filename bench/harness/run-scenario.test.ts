import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readResults, recordResults } from './results.ts'
import { median, runScenario } from './run-scenario.ts'
import { defineScenario } from './scenario.ts'

const say = () => undefined

/** Answers these values one after the other. */
function measuring(values: readonly number[], wanted?: { readonly atLeast: number } | { readonly atMost: number }) {
  const rest = [...values]
  return defineScenario({
    name: 'speed',
    about: 'How fast it is.',
    rounds: values.length,
    figures: { perSecond: { what: 'runs', unit: '/s', ...(wanted && { wanted }) } },
    measure: async () => ({ perSecond: rest.shift() ?? Number.NaN }),
  })
}

describe('a figure', () => {
  test.each([
    ['is met from what is wanted upwards', [5, 9, 7], { atLeast: 7 }, { median: 7, met: true }],
    ['is missed below it', [5, 9, 6.9], { atLeast: 7 }, { median: 6.9, met: false }],
    ['is met up to what is allowed', [5, 9, 7], { atMost: 7 }, { median: 7, met: true }],
    ['is missed above it', [5, 9, 7.1], { atMost: 7 }, { median: 7.1, met: false }],
    ['is judged by nobody where it is a baseline', [5], undefined, { median: 5, met: null }],
  ])('%s', async (_, values, wanted, expected) => {
    const { figures } = await runScenario({ scenario: measuring(values, wanted), say })
    expect(figures).toMatchObject([{ key: 'perSecond', rounds: values, ...expected }])
  })

  test('that a round could not measure is no figure', async () => {
    await expect(runScenario({ scenario: measuring([5, Number.NaN]), say })).rejects.toThrow('no number for "runs": 5, NaN')
  })

  test('of an even number of rounds is the lower of the middle two, which was measured', () => {
    expect(median([4, 1, 3, 2])).toBe(2)
  })
})

describe('recorded results', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-results-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('keep the newest of each scenario', async () => {
    const file = join(folder, 'results.json')
    const measure = async (values: readonly number[]) => runScenario({ scenario: measuring(values, { atLeast: 1 }), say })
    const other = { ...(await measure([3])), name: 'cost' }
    await recordResults([await measure([1]), other], file)
    const newest = await measure([2])
    await recordResults([newest], file)
    expect(await readResults(file)).toEqual([newest, other])
  })
})
