// Everything at once, for less than a minute, with faults drawn anew each time: `pnpm soak` is the same for as long as one likes.
import { expect, test } from 'vitest'
import { runSoak } from '../soak/run-soak.ts'

const MINUTES = 0.75
/** It gives up settling before this, and says what is left. */
const WITHIN_MS = 420_000

test(
  'a fleet under load to which everything happens at once loses nobody, makes nobody twice, and does every order once',
  async () => {
    const { findings } = await runSoak({ minutes: MINUTES, print: console.log })
    expect(findings).toEqual([])
  },
  WITHIN_MS,
)
