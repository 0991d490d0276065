// Chance that can be repeated: every random choice of a fault test comes from one seed, which is printed, and given back as FAULT_SEED.
import { randomInt } from 'node:crypto'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

const MAX_SEED = 2 ** 31 - 1

export interface Chance {
  readonly seed: number
  /** A whole number, both ends included. */
  between(from: number, to: number): number
  /** @throws Error where there is nothing to choose from */
  oneOf<T>(choices: readonly T[]): T
}

export function createChance(seed = seedOf(process.env.FAULT_SEED)): Chance {
  const generator = xoroshiro128plus(seed)
  const between = (from: number, to: number) => uniformInt(generator, from, to)
  console.log(`FAULT_SEED=${seed}`)
  return {
    seed,
    between,
    oneOf(choices) {
      const choice = choices[between(0, choices.length - 1)]
      if (choice === undefined) throw new Error('There is nothing to choose from.')
      return choice
    },
  }
}

function seedOf(given: string | undefined): number {
  if (given === undefined || given === '') return randomInt(MAX_SEED)
  const seed = Number(given)
  if (!Number.isInteger(seed)) throw new Error(`FAULT_SEED is a whole number, not "${given}".`)
  return seed
}
