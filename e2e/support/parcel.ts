// A small process in two releases: the second one has other names for two of its states, and must know what runs brought under the first.
import { defineHandlers, defineProcess, type StateHandlers, type Work, type WorkerName } from '@rollcall/engine'
import { z } from 'zod'

const head = {
  name: 'parcel',
  input: z.object({ id: z.string() }),
  about: ({ id }: { readonly id: string }) => ({ type: 'PARCEL', subjectId: id, subjectName: null, scopeId: null }),
} as const
const Packed = z.object({ box: z.string() })
const looks = { pauses: ['500ms'], giveUpAfter: '1h' } as const

const first = defineProcess({
  ...head,
  start: 'PACK',
  states: {
    PACK: { worker: 'poll', poll: looks, received: Packed, next: { packed: 'SEND_OUT' } },
    SEND_OUT: { worker: 'create', poll: looks, next: { sent: 'STORE' } },
    STORE: { worker: 'persist', received: Packed, next: { stored: 'COMPLETED' } },
  },
})

const second = defineProcess({
  ...head,
  start: 'BOX',
  states: {
    BOX: { worker: 'poll', poll: looks, received: Packed, next: { packed: 'SHIP' } },
    SHIP: { worker: 'create', poll: looks, next: { sent: 'STORE' } },
    STORE: { worker: 'persist', received: Packed, next: { stored: 'COMPLETED' } },
  },
  renamed: { PACK: 'BOX', SEND_OUT: 'SHIP' },
})

const { renamed, ...withoutNames } = second
/** The release that somebody forgot the old names in. */
const careless = defineProcess(withoutNames)

export const RELEASES = { first, second, careless } as const
export type Release = keyof typeof RELEASES

export interface ParcelPorts {
  /** The outside world: what was sent stays sent. */
  readonly send: (id: string) => Promise<void>
}

/** In the first release nothing gets through: half of what is tried is told to come back, the rest hangs until the worker must stop. */
const held = async ({ input, signal }: Work<typeof first, 'SEND_OUT'>) => {
  if (/[0-7]$/.test(input.id)) return { notYet: true } as const
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  throw new Error('This is never reached.')
}

export function parcelHandlers({ release, worker, send }: { readonly release: Release; readonly worker: WorkerName } & ParcelPorts) {
  return release === 'first' ? firstHandlers(worker) : secondHandlers({ worker, send })
}

const packed = async ({ input }: { readonly input: { readonly id: string } }) =>
  ({ outcome: 'packed', received: { box: `box of ${input.id}` } }) as const

function firstHandlers(worker: WorkerName): StateHandlers[] {
  if (worker === 'poll') return [defineHandlers(first, 'poll', { PACK: packed })]
  if (worker === 'create') return [defineHandlers(first, 'create', { SEND_OUT: held })]
  return worker === 'persist' ? [defineHandlers(first, 'persist', { STORE: stored(({ result }) => result.PACK) })] : []
}

function secondHandlers({ worker, send }: { readonly worker: WorkerName } & ParcelPorts): StateHandlers[] {
  if (worker === 'poll') return [defineHandlers(second, 'poll', { BOX: packed })]
  if (worker === 'persist') return [defineHandlers(second, 'persist', { STORE: stored(({ result }) => result.BOX) })]
  const ship = async ({ input }: Work<typeof second, 'SHIP'>) => {
    await send(input.id)
    return { outcome: 'sent' } as const
  }
  return worker === 'create' ? [defineHandlers(second, 'create', { SHIP: ship })] : []
}

/** What an earlier state brought must be there, whatever that one was called. */
function stored<W>(boxOf: (work: W) => z.infer<typeof Packed> | undefined) {
  return async (work: W) => {
    const box = boxOf(work)
    if (!box) throw new Error('Nothing was packed.')
    return { outcome: 'stored', received: box } as const
  }
}
