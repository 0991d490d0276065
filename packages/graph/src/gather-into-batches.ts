// Decides which calls go out together. A bulk call waits for company until its window has passed or twenty have gathered, and while as many
// batches as allowed are under way, so that batches grow with the load. An interactive call goes at the end of this turn of the event loop
// whatever is under way, and takes along whatever waits. What always holds: every caller gets an answer, an error or its own signal's
// reason; a caller that leaves takes nothing from the others; a request that nobody waits for any more is not sent, or is aborted once the
// whole batch is abandoned. Reads of the same thing that wait at the same time are one request; writes that Graph would not take side by side
// go out in different batches.
import type { DirectoryCall } from '@rollcall/provisioning'
import { MOST_PER_BATCH } from './batch-body.ts'
import type { Deliver, Parcel } from './create-delivery.ts'
import type { GraphAnswer } from './graph-answer.ts'
import { type GraphRequest, pathOf, type Send } from './graph-request.ts'

interface GatherOptions {
  readonly deliver: Deliver
  /** How long a bulk call waits for company; 0: everything goes at once and alone. */
  readonly windowMs: number
  /** How many batches may be under way before bulk calls are held back. */
  readonly atOnce: number
}

/** One request and all who wait for its answer. */
interface Errand extends Parcel {
  /** Empty once all have their answer or have left. */
  readonly callers: Set<Caller>
  /** What happens when the last caller leaves. */
  whenAbandoned: () => void
}

interface Caller {
  resolve(answer: GraphAnswer): void
  reject(error: unknown): void
}

export function gatherIntoBatches({ deliver, windowMs, atOnce }: GatherOptions): Send {
  const most = windowMs === 0 ? 1 : MOST_PER_BATCH
  const urgent = new Set<Errand>()
  const patient = new Set<Errand>()
  /** Reads that wait, by their path. */
  const reads = new Map<string, Errand>()
  let underWay = 0
  let window: NodeJS.Timeout | null = null
  let windowIsOver = false
  let lookIsDue = false

  function lookSoon(): void {
    if (lookIsDue) return
    lookIsDue = true
    setImmediate(() => {
      lookIsDue = false
      sendWhatIsReady()
    })
  }

  function sendWhatIsReady(): void {
    while (urgent.size > 0) sendBatch()
    while (underWay < atOnce && (patient.size >= most || (windowIsOver && patient.size > 0))) sendBatch()
    if (patient.size === 0) closeWindow()
    else window ??= setTimeout(endWindow, windowMs)
  }

  function endWindow(): void {
    windowIsOver = true
    sendWhatIsReady()
  }

  function closeWindow(): void {
    if (window) clearTimeout(window)
    window = null
    windowIsOver = false
  }

  function sendBatch(): void {
    const errands = choose([...urgent, ...patient], most)
    for (const errand of errands) forget(errand)
    const stop = new AbortController()
    const stopIfAbandoned = () => {
      if (errands.some((errand) => errand.isWanted())) return
      stop.abort(new Error('Everybody who waited for this request has left.'))
    }
    for (const errand of errands) errand.whenAbandoned = stopIfAbandoned
    underWay += 1
    void deliver(errands, stop.signal).then(() => {
      underWay -= 1
      sendWhatIsReady()
    })
  }

  function forget(errand: Errand): void {
    urgent.delete(errand)
    patient.delete(errand)
    const { request } = errand
    if (reads.get(pathOf(request)) === errand) reads.delete(pathOf(request))
  }

  function begin(request: GraphRequest, runUuid: string): Errand {
    const callers = new Set<Caller>()
    const errand: Errand = {
      request,
      runUuid,
      callers,
      isWanted: () => callers.size > 0,
      answer(answer) {
        for (const caller of callers) caller.resolve(answer)
        callers.clear()
      },
      fail(error) {
        for (const caller of callers) caller.reject(error)
        callers.clear()
      },
      whenAbandoned: () => forget(errand),
    }
    if (most > 1 && request.method === 'GET') reads.set(pathOf(request), errand)
    return errand
  }

  return async (request: GraphRequest, call: DirectoryCall) => {
    call.signal.throwIfAborted()
    const shared = request.method === 'GET' ? reads.get(pathOf(request)) : undefined
    const errand = shared ?? begin(request, call.runUuid)
    const isPatient = call.bulk && windowMs > 0
    if (!isPatient) patient.delete(errand)
    if (!urgent.has(errand)) (isPatient ? patient : urgent).add(errand)
    lookSoon()
    return join(errand, call.signal)
  }
}

/** Those who wait longest, but no two that change the same. Never nobody where somebody waits. */
function choose(waiting: readonly Errand[], most: number): readonly Errand[] {
  const chosen: Errand[] = []
  const changed = new Set<string>()
  for (const errand of waiting) {
    const { changes } = errand.request
    if (changes !== undefined && changed.has(changes)) continue
    if (changes !== undefined) changed.add(changes)
    chosen.push(errand)
    if (chosen.length === most) break
  }
  return chosen
}

async function join(errand: Errand, signal: AbortSignal): Promise<GraphAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<GraphAnswer>()
  const caller = { resolve, reject }
  const leave = () => {
    errand.callers.delete(caller)
    reject(signal.reason)
    if (errand.callers.size === 0) errand.whenAbandoned()
  }
  errand.callers.add(caller)
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
