// A crowd before a gate on a virtual clock: everybody asks, is told when to come back, and comes back about then. The gate is the real one;
// what is played are the workers: they take up a job a little after its time, and only so many jobs in a second.
import type { Lane } from '../priority.ts'
import type { ResourceGate } from '../resource-gate.ts'
import { STORY_START } from '../testing/virtual-clock.ts'

/** Those who ask within a tick ask at its end, so that Redis is not asked one by one. */
const TICK_MS = 10
const WORKERS_LATE_MS = 40

export interface Asker {
  readonly uuid: string
  readonly scope: string
  readonly lane: Lane
  readonly tokens: number
  /** Milliseconds after the beginning of the story. */
  readonly from: number
}

export interface Entered extends Asker {
  /** Milliseconds after the beginning of the story, like all times here. */
  readonly at: number
}

export interface Played {
  readonly entered: readonly Entered[]
  /** How many asked in each second. */
  readonly asks: readonly number[]
}

export interface CrowdOptions {
  readonly gate: ResourceGate
  readonly askers: readonly Asker[]
  /** Stops then; @defaultValue when all have entered */
  readonly until?: (entered: readonly Entered[], now: number) => boolean
  /** Asks that all workers together can serve in a second. */
  readonly asksPerSecond?: number
  /** Called between two ticks. Who is answered true for forgets what it was told and asks at once, as after a flush of the queue. */
  readonly between?: (now: number) => Promise<boolean>
}

export async function simulateCrowd(options: CrowdOptions): Promise<Played> {
  const { gate, askers, until = () => false, asksPerSecond = 2_000, between } = options
  const random = createRandom()
  const perTick = (asksPerSecond * TICK_MS) / 1_000
  const entered: Entered[] = []
  const asks: number[] = []
  /** Who comes in which tick. */
  let ticks: Asker[][] = []
  let left = askers.length
  const comeAt = (asker: Asker, at: number) => {
    const tick = Math.ceil(at / TICK_MS)
    ticks[tick] ??= []
    ticks[tick].push(asker)
  }
  for (const asker of askers) comeAt(asker, asker.from)

  for (let tick = 0; left > 0; tick += 1) {
    const now = tick * TICK_MS
    if (until(entered, now)) break
    const here = ticks[tick] ?? []
    delete ticks[tick]
    // Who finds every worker busy is taken up in the next tick.
    for (const late of here.splice(perTick)) comeAt(late, now + TICK_MS)
    const answers = await Promise.all(here.map((asker) => gate.enter({ ...asker, resource: 'graph', now: STORY_START + now })))
    const second = Math.floor(now / 1_000)
    asks[second] = (asks[second] ?? 0) + here.length
    for (const [index, answer] of answers.entries()) {
      const asker = here[index]
      if (!asker) continue
      if (answer.kind === 'wait') {
        comeAt(asker, now + Math.max(TICK_MS, answer.ms + random() * WORKERS_LATE_MS))
        continue
      }
      entered.push({ ...asker, at: now })
      left -= 1
    }
    if (await between?.(now)) {
      const all = ticks.flat()
      ticks = []
      for (const asker of all) comeAt(asker, Math.max(asker.from, now + TICK_MS))
    }
    if (now > 24 * 3_600_000) throw new Error(`${left} of the crowd never entered.`)
  }
  return { entered, asks: Array.from(asks, (count) => count ?? 0) }
}

/** Always the same numbers in [0, 1): mulberry32. */
export function createRandom(seed = 7): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
