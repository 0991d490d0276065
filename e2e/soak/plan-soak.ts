// What a soak will do, drawn from its seed before anything starts: the same seed and length give the same plan. When exactly a fault meets the
// fleet is still up to the machine.
import { WORKERS } from '@rollcall/scripts/fleet'
import type { Chance } from '../support/chance.ts'

/** Two processes of each worker: only where there is another one are jobs taken over from whoever stands still. */
export const SECOND_WORKERS = WORKERS.map((worker) => `${worker}-2` as const)
export const PROCESSES = ['api', ...WORKERS, ...SECOND_WORKERS] as const
export type ProcessName = (typeof PROCESSES)[number]

/** Of the directory, as the simulator names them. */
const STORMS = [
  { kind: 'throttle429', retryAfterSeconds: 1 },
  { kind: 'throttle429', retryAfterSeconds: 4 },
  { kind: 'error', status: 504, code: 'UnknownError' },
  { kind: 'error', status: 503, code: 'ServiceUnavailable', retryAfterSeconds: 2 },
  { kind: 'commitThen', status: 504 },
  { kind: 'commitThenReset' },
  { kind: 'commitThenSlow', ms: 1_500 },
  { kind: 'reset' },
  { kind: 'slow', ms: 2_000 },
  { kind: 'concurrencyViolation' },
  { kind: 'failedDependency' },
  { kind: 'omit' },
  { kind: 'forbidden' },
  { kind: 'expireTokens' },
] as const
/** Nothing gets through: what everybody meets must stop the line. Everything else leaves gaps. */
const TOTAL = ['forbidden']
/** One voided token is trouble enough for all who hold it. */
const ONCE = ['expireTokens']

export type Strike =
  | { readonly kind: 'kill'; readonly name: ProcessName; readonly downMs: number }
  | { readonly kind: 'killTwo'; readonly names: readonly [ProcessName, ProcessName]; readonly downMs: number }
  | { readonly kind: 'killRedis'; readonly downMs: number }
  | { readonly kind: 'restart'; readonly name: ProcessName }
  | { readonly kind: 'flush' }
  | { readonly kind: 'stallRedis'; readonly ms: number }
  | { readonly kind: 'stallDirectory'; readonly ms: number }
  | { readonly kind: 'stall'; readonly name: ProcessName; readonly ms: number }
  | { readonly kind: 'storm'; readonly fault: (typeof STORMS)[number]; readonly probability: number; readonly ms: number }
  | { readonly kind: 'lockDatabase'; readonly ms: number }
  | { readonly kind: 'close'; readonly ms: number }

export const ACTS = [
  ...repeat('single', 10),
  ...repeat('many', 3),
  ...repeat('namesake', 3),
  ...repeat('repeat', 4),
  ...repeat('samePerson', 2),
  ...repeat('otherBody', 1),
  ...repeat('cancel', 2),
  ...repeat('poison', 1),
  ...repeat('replay', 2),
  ...repeat('cohort', 1),
  ...repeat('collect', 4),
  ...repeat('upload', 1),
  ...repeat('look', 3),
] as const
export type ActKind = (typeof ACTS)[number]

/** Something that the outside does to the fleet. `pick`: which one of those that there are then; `size`: how many persons, where it is several. */
export interface Act {
  readonly atMs: number
  readonly kind: ActKind
  readonly pick: number
  readonly size: number
}

export interface SoakPlan {
  readonly lengthMs: number
  readonly strikes: readonly { readonly atMs: number; readonly strike: Strike }[]
  readonly acts: readonly Act[]
}

const BETWEEN_STRIKES_MS = [400, 3_000] as const
const BETWEEN_ACTS_MS = [100, 500] as const
/** The first accounts shall be on their way, the last faults over, when the load ends. */
const CALM_MS = { before: 2_000, after: 5_000 }

export function planSoak({ lengthMs, chance }: { readonly lengthMs: number; readonly chance: Chance }): SoakPlan {
  const strikes = times({ chance, from: CALM_MS.before, to: lengthMs - CALM_MS.after, between: BETWEEN_STRIKES_MS }).map((atMs) => ({
    atMs,
    strike: drawStrike(chance),
  }))
  const acts = times({ chance, from: 0, to: lengthMs, between: BETWEEN_ACTS_MS }).map((atMs) => ({
    atMs,
    kind: chance.oneOf(ACTS),
    pick: chance.between(0, 1_000_000),
    size: chance.between(5, 25),
  }))
  return { lengthMs, strikes, acts }
}

function times({
  chance,
  from,
  to,
  between: [least, most],
}: {
  readonly chance: Chance
  readonly from: number
  readonly to: number
  readonly between: readonly [number, number]
}): number[] {
  const all: number[] = []
  for (let at = from; at < to; at += chance.between(least, most)) all.push(at)
  return all
}

export const KINDS = [
  ...repeat('kill', 4),
  'killTwo',
  'killRedis',
  ...repeat('restart', 2),
  'flush',
  ...repeat('stall', 3),
  'stallRedis',
  'stallDirectory',
  ...repeat('storm', 4),
  'lockDatabase',
  'close',
] as const

/** Kills and storms are what a fleet meets most; a flush every few strikes would leave nothing in Redis that another fault could hurt. */
function drawStrike(chance: Chance): Strike {
  const name = chance.oneOf(PROCESSES)
  switch (chance.oneOf(KINDS)) {
    case 'kill':
      return { kind: 'kill', name, downMs: chance.between(0, 2_500) }
    case 'killTwo':
      return { kind: 'killTwo', names: [name, chance.oneOf(PROCESSES)], downMs: chance.between(0, 2_500) }
    case 'killRedis':
      return { kind: 'killRedis', downMs: chance.between(0, 4_000) }
    case 'restart':
      return { kind: 'restart', name }
    case 'flush':
      return { kind: 'flush' }
    case 'stallRedis':
      return { kind: 'stallRedis', ms: chance.between(500, 8_000) }
    case 'stallDirectory':
      return { kind: 'stallDirectory', ms: chance.between(500, 10_000) }
    case 'stall':
      return { kind: 'stall', name, ms: chance.between(1_000, 15_000) }
    case 'storm':
      return drawStorm(chance)
    case 'lockDatabase':
      return { kind: 'lockDatabase', ms: chance.between(500, 15_000) }
    default:
      return { kind: 'close', ms: chance.between(1_000, 8_000) }
  }
}

function drawStorm(chance: Chance): Strike {
  const fault = chance.oneOf(STORMS)
  const probability = TOTAL.includes(fault.kind) ? 1 : chance.between(10, 60) / 100
  const ms = ONCE.includes(fault.kind) ? 0 : chance.between(2_000, 8_000)
  return { kind: 'storm', fault, probability, ms }
}

function repeat<Kind extends string>(kind: Kind, times_: number): Kind[] {
  return Array.from({ length: times_ }, () => kind)
}
