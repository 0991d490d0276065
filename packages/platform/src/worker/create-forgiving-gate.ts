// The resource gate as workers need it: with Redis away, nobody enters for a while, and no work that was done is called a failure because
// the gate could not be told of it. What it forgets costs a few requests too many at most: the outside system answers with Retry-After.
import type { ResourceGate } from '@rollcall/engine'
import type { Logger } from '../create-logger.ts'

/** When to ask again where the gate does not answer. */
const ASK_AGAIN_MS = 2_000

export function createForgivingGate({ gate, logger }: { readonly gate: ResourceGate; readonly logger: Logger }): ResourceGate {
  async function orElse<T>(answer: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await answer
    } catch (err) {
      logger.debug({ err }, 'the resource gate did not answer')
      return otherwise
    }
  }

  return {
    enter: (request) => orElse(gate.enter(request), { kind: 'wait', ms: ASK_AGAIN_MS, closed: false }),
    closeUntil: (request) => orElse(gate.closeUntil(request), undefined),
    noteSystemic: (request) => orElse(gate.noteSystemic(request), 0),
    noteSuccess: (request) => orElse(gate.noteSuccess(request), undefined),
    // An operator, a probe or reconcile does these, and must know when they failed.
    close: (request) => gate.close(request),
    reopen: (request) => gate.reopen(request),
  }
}
