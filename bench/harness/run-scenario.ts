import { describeMachine } from './describe-machine.ts'
import type { Figure, ScenarioResult } from './results.ts'
import type { FigureSpec, Readings, Scenario } from './scenario.ts'

const ROUNDS = 3

/** Measures all rounds of a scenario. @throws whatever a round throws: a scenario without its figures has failed */
export async function runScenario({
  scenario,
  rounds = scenario.rounds ?? ROUNDS,
  say,
}: {
  readonly scenario: Scenario
  readonly rounds?: number | undefined
  readonly say: (line: string) => void
}): Promise<ScenarioResult> {
  const { name, about } = scenario
  const machine = describeMachine()
  const measured: Readings<string>[] = []
  for (let round = 1; round <= rounds; round += 1) {
    say(`${name}, round ${round} of ${rounds}`)
    measured.push(await scenario.measure((line) => say(`  ${line}`)))
  }
  const figures = Object.entries(scenario.figures).map(([key, spec]) => figureOf({ key, spec, measured }))
  return { name, about, at: new Date().toISOString(), machine, figures }
}

function figureOf({ key, spec, measured }: { key: string; spec: FigureSpec; measured: readonly Readings<string>[] }): Figure {
  const rounds = measured.map((readings) => readings[key] ?? Number.NaN)
  if (!rounds.every(Number.isFinite)) throw new Error(`A round has measured no number for "${spec.what}": ${rounds.join(', ')}.`)
  const middle = median(rounds)
  const { wanted, ...words } = spec
  return { ...words, ...(wanted && { wanted: { ...wanted } }), key, median: middle, rounds, met: isMet(middle, spec) }
}

/** The middle one; of an even number the lower of the two, so that it is always a value that was measured. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? Number.NaN
}

function isMet(value: number, { wanted }: FigureSpec): boolean | null {
  if (wanted === undefined) return null
  return 'atLeast' in wanted ? value >= wanted.atLeast : value <= wanted.atMost
}
