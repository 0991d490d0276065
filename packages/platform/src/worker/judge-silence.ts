// Whether the workers of this process have stopped taking jobs without a word, which has been seen after a Redis failover. Pure: what was
// seen in each look goes in, the verdict comes out.

/** What one look at a queue found. */
export interface QueueLook {
  readonly queue: string
  /** Jobs that could be taken at once. */
  readonly waiting: number
  /** How often this process has called the queue's handlers, or told of its jobs, since it started. */
  readonly signs: number
}

export interface SilenceLook {
  readonly queues: readonly QueueLook[]
  /** Whether this process could take another job. */
  readonly hasFreeHands: boolean
}

/** Per queue: the signs at the last look, and how many looks in a row found it silent. */
export type Silence = ReadonlyMap<string, { readonly signs: number; readonly looks: number }>

/** A queue must be found silent so often in a row. With several processes, another one may be quicker a few times. */
export const LOOKS_UNTIL_SILENT = 3

export function judgeSilence(
  before: Silence,
  { queues, hasFreeHands }: SilenceLook,
): { readonly silence: Silence; readonly silent: readonly string[] } {
  const silence = new Map(
    queues.map(({ queue, waiting, signs }) => {
      const last = before.get(queue)
      const isSilent = hasFreeHands && waiting > 0 && last !== undefined && last.signs === signs
      return [queue, { signs, looks: isSilent ? last.looks + 1 : 0 }]
    }),
  )
  return { silence, silent: [...silence].filter(([, { looks }]) => looks >= LOOKS_UNTIL_SILENT).map(([queue]) => queue) }
}
