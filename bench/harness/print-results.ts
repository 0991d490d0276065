import type { Figure, ScenarioResult } from './run-scenario.ts'

/** A row per figure, as operators read it. */
export function rowOf(figure: Figure) {
  return {
    what: figure.what,
    median: shown(figure, figure.median),
    rounds: figure.rounds.map((value) => shown(figure, value)).join('  '),
    wanted: wantedOf(figure),
    met: metOf(figure),
  }
}

export function printResults(results: readonly ScenarioResult[]): void {
  for (const { name, about, figures } of results) {
    console.log(`\n${name}: ${about}`)
    console.table(figures.map(rowOf))
  }
}

function shown({ digits = 2, unit }: Figure, value: number): string {
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return unit === '' ? number : `${number} ${unit}`
}

function wantedOf(figure: Figure): string {
  const { wanted } = figure
  if (wanted === undefined) return 'baseline'
  return 'atLeast' in wanted ? `at least ${shown(figure, wanted.atLeast)}` : `at most ${shown(figure, wanted.atMost)}`
}

function metOf({ met }: Figure): string {
  if (met === null) return ''
  return met ? 'yes' : 'NO'
}
