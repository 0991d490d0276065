// Judges the fleet by the rules for alerts, again and again, and says from time to time that it does. What must always hold: the fleet says so
// only while every rule was judged and no notification waits for long, so that silence outside means that alerts would not come through; several
// processes may do it at once without harm, and the lease only spares them the trouble.
import { type AlertLog, createEvaluate, type Evaluation, type Webhook } from '@rollcall/alerts/handlers'
import type { Database } from '@rollcall/database'
import { type Loop, startLoop, type WorkerParts } from '@rollcall/platform'
import type { AlertsEnv } from './alerts-env.ts'
import { createMeasures, oldestNotification, type Watched } from './measures.ts'

const LEASE = 'alerts'
/** Whoever holds the lease keeps it from pass to pass. */
const LEASE_SPARE_MS = 20_000
/** A worker that starts lets the fleet come up before it judges it. */
const FIRST_AFTER_MS = 15_000
/** A notification that waits for longer may not come through. */
const NOTIFICATION_LATE_MS = 300_000

export interface AlertsDeps {
  readonly database: Pick<Database, 'alerts' | 'closures' | 'leases' | 'ledger' | 'runMeasures' | 'schedules'>
  readonly parts: Pick<WorkerParts, 'clock' | 'instance' | 'logger' | 'metrics' | 'newId' | 'notify' | 'processes' | 'store'> & {
    readonly dispatcher: Pick<WorkerParts['dispatcher'], 'enqueue'>
  }
  readonly env: Pick<AlertsEnv, 'ALERTS_EVERY_MS' | 'ALERT_HEARTBEAT_EVERY_MS'>
  /** Where the fleet says that it is watched; null: nowhere. */
  readonly heartbeat: Webhook | null
  readonly log: AlertLog
  readonly watched: Watched
}

export function startAlerts(deps: AlertsDeps): Loop {
  const { logger, instance } = deps.parts
  const everyMs = deps.env.ALERTS_EVERY_MS
  const alerts = createAlertsPass(deps)
  const loop = startLoop({ name: 'alerts', everyMs, firstAfterMs: Math.min(everyMs, FIRST_AFTER_MS), pass: alerts.pass, logger })
  return {
    async stop() {
      alerts.stop()
      await loop.stop()
      // Whoever takes over need not wait until it has run out; while SQL is away he must.
      await deps.database.leases
        .release({ name: LEASE, holder: instance })
        .catch((err: unknown) => logger.debug({ err }, 'the lease of the alerts is left to run out'))
    },
  }
}

export function createAlertsPass({ database, parts, env, heartbeat, log, watched }: AlertsDeps) {
  const { closures, leases, ledger, runMeasures, schedules } = database
  const { clock, instance, logger, metrics, newId, processes, store } = parts
  const lease = { name: LEASE, holder: instance, forMs: 2 * env.ALERTS_EVERY_MS + LEASE_SPARE_MS }
  const measures = createMeasures({ runMeasures, ledger, schedules, closures, store, processes, clock, watched })
  const evaluate = createEvaluate({ ...parts, alerts: database.alerts, measures, log })
  const stopping = new AbortController()
  let saidAt = Number.NEGATIVE_INFINITY

  async function pass(): Promise<void> {
    if (!(await leases.acquire(lease))) return report(null)
    const evaluation = await evaluate()
    report(evaluation)
    const [failure] = evaluation.failures
    if (failure) throw new Error(`The rule ${failure.rule} could not be judged.`, { cause: failure.error })
    metrics.alertsEvaluated.set(clock.now() / 1_000)
    await sayThatItIsWatched(evaluation)
  }

  function report(evaluation: Evaluation | null): void {
    // What is not in the answer is gone, and must not go on being reported.
    metrics.alertValue.reset()
    for (const { rule, subject, value } of evaluation?.samples ?? []) metrics.alertValue.set({ rule, subject }, value)
    metrics.alertsOpen.set(evaluation?.open ?? 0)
    if (evaluation === null) metrics.alertsEvaluated.set(0)
  }

  async function sayThatItIsWatched({ open }: Evaluation): Promise<void> {
    const now = clock.now()
    if (heartbeat === null || (now - saidAt >= 0 && now - saidAt < env.ALERT_HEARTBEAT_EVERY_MS)) return
    const waitingSince = await oldestNotification({ ledger })
    if (waitingSince !== null && now - waitingSince > NOTIFICATION_LATE_MS) {
      logger.warn(
        { waitingMs: now - waitingSince },
        'a notification of an alert waits for too long; the heartbeat of the alerts is left out',
      )
      return
    }
    const timestamp = new Date(now).toISOString()
    const data = { fleet: store.namespace, open, everySeconds: Math.round(env.ALERT_HEARTBEAT_EVERY_MS / 1_000) }
    const message = { id: `heartbeat_${newId()}`, body: { type: 'alerts.heartbeat', timestamp, data } }
    const answer = await heartbeat.send({ message, now, signal: stopping.signal })
    if (answer.kind === 'delivered') saidAt = now
    else logger.warn({ detail: answer.why }, 'the heartbeat of the alerts was not taken; it will be tried again')
  }

  return {
    pass,
    /** Lets go of a receiver that does not answer. */
    stop: () => stopping.abort(new Error('the worker stops')),
  }
}
