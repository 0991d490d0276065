// Replaces this process's workers when they have silently stopped, and gives the process up if that did not help: the supervisor then starts
// a new one.
import type { Clock, RedisConnection } from '@rollcall/engine'
import type { Logger } from '../create-logger.ts'
import type { Metrics } from '../create-metrics.ts'
import { type Loop, startLoop } from '../start-loop.ts'
import { judgeSilence, type Silence } from './judge-silence.ts'
import { lookAtQueue } from './look-at-queues.ts'

const LOOK_EVERY_MS = 15_000
/** Replaced workers that fall silent again within this time are beyond help. */
const RELAPSE_MS = 300_000

export interface SilenceWatchOptions {
  readonly connection: RedisConnection
  readonly namespace: string
  readonly queues: readonly string[]
  /** Signs of life of a queue in this process, counted since the start. */
  readonly signsOf: (queue: string) => number
  readonly hasFreeHands: () => boolean
  readonly replaceWorkers: () => void
  readonly onHopeless: (error: Error) => void
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

export function startSilenceWatch(options: SilenceWatchOptions): Loop {
  return startLoop({ name: 'silence-watch', everyMs: LOOK_EVERY_MS, logger: options.logger, pass: createSilenceLook(options) })
}

/** One look; the watch repeats it. */
export function createSilenceLook({
  connection,
  namespace,
  queues,
  signsOf,
  hasFreeHands,
  replaceWorkers,
  onHopeless,
  clock,
  logger,
  metrics,
}: SilenceWatchOptions): () => Promise<void> {
  let silence: Silence = new Map()
  let replacedAt = Number.NEGATIVE_INFINITY

  return async () => {
    const now = clock.now()
    // A look that fails is not counted: while Redis is away nobody can take jobs.
    const before = silence
    silence = new Map()
    const looks = await Promise.all(
      queues.map(async (queue) => ({ queue, waiting: await lookAtQueue({ connection, namespace, queue, now }), signs: signsOf(queue) })),
    )
    const judged = judgeSilence(before, { queues: looks, hasFreeHands: hasFreeHands() })
    silence = judged.silence
    if (judged.silent.length === 0) return
    silence = new Map()
    if (now - replacedAt < RELAPSE_MS) {
      onHopeless(new Error('The workers of this process fell silent again soon after they were replaced.'))
      return
    }
    replacedAt = now
    metrics.loopRestarts.inc()
    logger.error({ queues: judged.silent }, 'workers have silently stopped taking jobs; replacing them')
    replaceWorkers()
  }
}
