// Empties the outbox of changes. What must always hold: those of one registration arrive in the order of their versions; what was taken by a
// process that died is delivered by another, so that a receiver may see it twice and must know it by its id; while the receiver asks us to wait,
// this process sends it nothing.
import type { DueEvent, RegistrationEvents } from '@rollcall/database'
import type { Clock } from '@rollcall/engine'
import { type Logger, RETENTION, type Webhook, type WebhookAnswer } from '@rollcall/platform'
import { askedPauseMs, nextTry } from './next-try.ts'
import type { PushMetrics } from './push-metrics.ts'

export interface PusherDeps {
  readonly events: RegistrationEvents
  readonly webhook: Webhook
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly metrics: PushMetrics
  /** Whether what is to be pushed shall get lost, for tests. */
  readonly isDropping: () => boolean
  /** Ends the pass that is under way. */
  readonly ending: AbortSignal
}

const AT_ONCE = 20
/** Longer than a try may take. */
const CLAIMED_MS = 30_000
const DAY_MS = 86_400_000
const SETTLED_KEPT_MS = RETENTION.registrationEvents.days * DAY_MS
const DELETED_AT_ONCE = 1_000

/** It has had it before. */
const REPEATED = 409
/** It reads the message, and does not take it: bad, too large, not what it expects. */
const UNACCEPTABLE: ReadonlySet<number | null> = new Set([400, 413, 422])

/** @returns one pass over all that is due */
export function createPusher(deps: PusherDeps): () => Promise<void> {
  const { clock, ending, events, isDropping, logger, metrics, random, webhook } = deps
  let quietUntil = 0

  return async () => {
    while (!ending.aborted && clock.now() >= quietUntil) {
      const due = await events.due({ now: clock.now(), limit: AT_ONCE })
      const taken = await Promise.all(due.map(push))
      if (!taken.includes(true)) break
    }
    await measure()
    await events.deleteSettled({ before: clock.now() - SETTLED_KEPT_MS, limit: DELETED_AT_ONCE })
  }

  async function measure(): Promise<void> {
    const [pending, oldest] = await Promise.all([events.countPending(), events.oldestPending()])
    metrics.pending.set(pending)
    metrics.oldestSeconds.set(oldest === null ? 0 : Math.max(0, clock.now() - oldest) / 1_000)
  }

  /** @returns false if another process has it */
  async function push(event: DueEvent): Promise<boolean> {
    const now = clock.now()
    if (!(await events.claim({ event, until: now + CLAIMED_MS }))) return false
    if (isDropping()) await settle(event, 'dropped')
    else {
      const { body, id } = event
      await conclude(event, await webhook.send({ message: { id, body }, now, signal: ending }))
    }
    return true
  }

  async function conclude(event: DueEvent, answer: WebhookAnswer): Promise<void> {
    if (answer.kind === 'delivered') return settle(event, 'delivered')
    const { retryAfterMs, status, why } = answer
    if (status === REPEATED) return settle(event, 'repeated')
    const { id, registrationId, version } = event
    // Nobody's fault: the next process takes it at once.
    if (ending.aborted) return events.markFailed({ id, nextTryAt: clock.now(), error: 'cut short' })
    const now = clock.now()
    quietUntil = Math.max(quietUntil, now + askedPauseMs(retryAfterMs))
    const attempts = event.attempts + 1
    const isUnacceptable = UNACCEPTABLE.has(status)
    const nextTryAt = nextTry({ ...event, attempts, isUnacceptable, now, random: random(), retryAfterMs })
    await events.markFailed({ id, nextTryAt, error: why })
    metrics.pushes.inc({ outcome: nextTryAt === null ? 'given_up' : 'failed' })
    const line = { webhook: id, registrationId, version, attempts, failure: why }
    if (nextTryAt === null && isUnacceptable) logger.error(line, 'a change was never told of: the receiver does not take it')
    else if (nextTryAt === null) logger.error(line, 'a change was never told of: the receiver was away for too long')
    else logger.warn(line, 'a change could not be told of; will try again')
  }

  async function settle({ id, registrationId, version }: DueEvent, outcome: 'delivered' | 'repeated' | 'dropped'): Promise<void> {
    await events.markDelivered({ id, at: clock.now() })
    metrics.pushes.inc({ outcome })
    logger.debug({ webhook: id, registrationId, version, outcome }, 'a change was told of')
  }
}
