// What a scenario is: figures that it promises, and one round that measures them. The harness repeats rounds, takes medians and judges.

/** The readings of one round by the key of their figure. */
export type Readings<Key extends string> = Readonly<Record<Key, number>>

export interface FigureSpec {
  /** A sentence's beginning, e.g. `completed runs, five states`. */
  readonly what: string
  /** e.g. `/s`, `ms`, `KB`; empty for a ratio or a count. */
  readonly unit: string
  /** Decimals shown. @defaultValue 2 */
  readonly digits?: number
  /** What it is held to; a baseline has none. */
  readonly wanted?: { readonly atLeast: number } | { readonly atMost: number }
}

export interface Scenario {
  readonly name: string
  /** What is compared with what, in one sentence. */
  readonly about: string
  /** A figure is the median of so many rounds. @defaultValue 3 */
  readonly rounds?: number
  readonly figures: Readonly<Record<string, FigureSpec>>
  /** One round; `say` tells whoever waits where it is. */
  readonly measure: (say: (line: string) => void) => Promise<Readings<string>>
}

/** Holds a scenario's readings to its figures: a key that is missing or unknown does not compile. */
export function defineScenario<Figures extends Readonly<Record<string, FigureSpec>>>(
  scenario: Omit<Scenario, 'figures' | 'measure'> & {
    readonly figures: Figures
    readonly measure: (say: (line: string) => void) => Promise<Readings<Extract<keyof Figures, string>>>
  },
): Scenario {
  return scenario
}
