// A gate in a real Redis, on a clock that the test moves, and somebody who asks it.
import type { Redis } from 'ioredis'
import { createRedisResourceGate } from '../bullmq/redis-resource-gate.ts'
import type { Lane } from '../priority.ts'
import type { Entry, ResourceGate, ResourceLimits } from '../resource-gate.ts'
import { connectTo, newNamespace, ready, type TestRedis } from './real-redis.ts'

export interface ArrangedGate {
  readonly connection: Redis
  readonly namespace: string
  readonly gate: ResourceGate
  /** Under which Redis keeps it. */
  readonly key: string
}

export const NOW = Date.UTC(2026, 8, 1, 8)
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

export const limits: readonly ResourceLimits[] = [
  { name: 'graph', ratePerSecond: 10, burst: 20, reopenByProbe: true },
  { name: 'tiny', ratePerSecond: 1, burst: 1, reopenByProbe: true },
]

/** On the callers' clock. @param random what every draw gives */
export async function arrangeGate({ redis, random = 0 }: { readonly redis: TestRedis; readonly random?: number }): Promise<ArrangedGate> {
  const connection = await ready(connectTo(redis))
  const namespace = newNamespace()
  const gate = createRedisResourceGate({ connection, namespace, limits, random: () => random, clock: 'callers' })
  return { connection, namespace, gate, key: `{${namespace}:resource:graph}:gate` }
}

export interface Asking {
  readonly tokens?: number
  readonly lane?: Lane
  readonly resource?: string
  readonly scope?: string | null
  readonly uuid?: string
}

let drawn = 0
/** Who was told to wait comes back before anybody else who wants the same. */
const waiting = new Map<string, string>()

export async function enter(gate: ResourceGate, now: number, asking: Asking = {}): Promise<Entry> {
  const who = JSON.stringify(asking)
  drawn += 1
  const uuid = waiting.get(who) ?? `run ${drawn}`
  const entry = await gate.enter({ resource: 'graph', tokens: 1, lane: 'interactive', scope: 'a school', uuid, ...asking, now })
  if (entry.kind === 'wait') waiting.set(who, uuid)
  else waiting.delete(who)
  return entry
}

/** How many enter at this moment before one is told to wait. */
export async function entered(gate: ResourceGate, now: number, options: Asking = {}): Promise<number> {
  let count = 0
  while ((await enter(gate, now, options)).kind === 'open') count += 1
  return count
}

/** Let in, and not as a probe. */
export const LET_IN = { kind: 'open', probe: false }
