import type { FigureSpec, Readings, Scenario } from './scenario.ts'

const ROUNDS = 3

export interface Figure extends FigureSpec {
  readonly key: string
  readonly median: number
  /** In the order in which they were measured. */
  readonly rounds: readonly number[]
  /** Null where nothing is wanted: a baseline. */
  readonly met: boolean | null
}

export interface ScenarioResult {
  readonly name: string
  readonly about: string
  readonly figures: readonly Figure[]
}

/** Measures all rounds of a scenario. @throws whatever a round throws: a scenario without its figures has failed */
export async function runScenario({
  scenario,
  rounds = scenario.rounds ?? ROUNDS,
  say,
}: {
  readonly scenario: Scenario
  readonly rounds?: number
  readonly say: (line: string) => void
}): Promise<ScenarioResult> {
  const measured: Readings<string>[] = []
  for (let round = 1; round <= rounds; round += 1) {
    say(`${scenario.name}, round ${round} of ${rounds}`)
    measured.push(await scenario.measure((line) => say(`  ${line}`)))
  }
  const figures = Object.entries(scenario.figures).map(([key, spec]): Figure => {
    const values = measured.map((readings) => readings[key] ?? Number.NaN)
    const middle = median(values)
    return { ...spec, key, median: middle, rounds: values, met: isMet(middle, spec) }
  })
  return { name: scenario.name, about: scenario.about, figures }
}

/** The middle one; of an even number the lower of the two, so that it is always a value that was measured. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? Number.NaN
}

function isMet(value: number, { wanted }: FigureSpec): boolean | null {
  if (wanted === undefined) return null
  return 'atLeast' in wanted ? value >= wanted.atLeast : value <= wanted.atMost
}
