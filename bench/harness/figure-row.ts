import type { Figure } from './results.ts'

/** A figure as people read it. */
export interface FigureRow {
  readonly what: string
  readonly median: string
  readonly rounds: string
  readonly wanted: string
  readonly met: string
}

export function figureRow(figure: Figure): FigureRow {
  return {
    what: figure.what,
    median: shown(figure, figure.median),
    rounds: figure.rounds.map((value) => numberOf(figure, value)).join(', '),
    wanted: wantedOf(figure),
    met: metOf(figure),
  }
}

function wantedOf(figure: Figure): string {
  const { wanted } = figure
  if (wanted === undefined) return ''
  return 'atLeast' in wanted ? `at least ${shown(figure, wanted.atLeast)}` : `at most ${shown(figure, wanted.atMost)}`
}

function metOf({ met }: Figure): string {
  if (met === null) return ''
  return met ? 'yes' : 'NO'
}

function shown(figure: Figure, value: number): string {
  const number = numberOf(figure, value)
  return figure.unit === '' ? number : `${number} ${figure.unit}`
}

function numberOf({ digits = 2 }: Figure, value: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
