/*
 * Which replica serves a request, and from when on each replica sees an object.
 * A write lands on the primary at once; every replica gets it after its own lag, drawn from the seeded distribution.
 * Uniqueness is the primary's business, so a name can be taken while a read of it still answers 404.
 */
import type { SimulatorClock } from '../clock.ts'
import { createRandom } from './create-random.ts'

export interface LagSettings {
  readonly minMs: number
  readonly maxMs: number
}
/** From when on each replica sees the thing (epoch ms per replica); undefined: all always did. */
export type Visibility = readonly number[] | undefined

export interface Replication {
  pickReplica(): number
  /** Visibility for something written now. `names` are keys for which a hide may have been ordered in advance. */
  visibilityOfNew(names?: readonly string[]): Visibility
  isVisible(visibility: Visibility, replica: number): boolean
  /** Visibility for something hidden from now on, on all replicas or on those given. */
  hiddenFor(hide: { ms: number; replicas?: readonly number[] | undefined }): Visibility
  /** Orders that the next object created under this name is hidden. */
  hideNext(hide: { name: string; ms: number; replicas?: readonly number[] | undefined }): void
  configure(lag: LagSettings): void
  lag(): LagSettings
  forgetHides(): void
  readonly replicas: number
}

export function createReplication(options: { clock: SimulatorClock; seed: number; replicas: number; lag: LagSettings }): Replication {
  const { clock, seed, replicas } = options
  let lag = options.lag
  const lagRandom = createRandom({ seed, stream: 'lag' })
  const replicaRandom = createRandom({ seed, stream: 'replica' })
  const hides = new Map<string, { ms: number; replicas?: readonly number[] | undefined }>()
  const hiddenFor: Replication['hiddenFor'] = ({ ms, replicas: chosen }) => {
    const now = clock.now()
    return Array.from({ length: replicas }, (_, replica) => (chosen === undefined || chosen.includes(replica) ? now + ms : now))
  }
  return {
    replicas,
    pickReplica: () => Math.floor(replicaRandom() * replicas),
    visibilityOfNew(names = []) {
      const ordered = names.map((name) => name.toLowerCase()).find((name) => hides.has(name))
      const hide = ordered === undefined ? undefined : hides.get(ordered)
      if (ordered !== undefined && hide !== undefined) {
        hides.delete(ordered)
        return hiddenFor(hide)
      }
      if (lag.maxMs <= 0) return undefined
      const now = clock.now()
      return Array.from({ length: replicas }, () => now + lag.minMs + lagRandom() * (lag.maxMs - lag.minMs))
    },
    isVisible: (visibility, replica) => visibility === undefined || clock.now() >= (visibility[replica] ?? 0),
    hiddenFor,
    hideNext: ({ name, ms, replicas: chosen }) => void hides.set(name.toLowerCase(), { ms, replicas: chosen }),
    configure(next) {
      lag = next
    },
    lag: () => lag,
    forgetHides: () => hides.clear(),
  }
}
