// Composes a worker app out of its parts, starts it and stops it. What must always hold: it takes no job before the database has answered, its
// clock is right, its port is bound and every live run stands in a state that this release knows; once told to stop it takes no new job, and
// finishes what it has in hand within the deadline.
import {
  type Clock,
  CodedError,
  createIds,
  createReopen,
  createResources,
  createSignalHandlers,
  createWorkers,
  type ProcessDefinition,
  type ResourceLimits,
  type StateHandlers,
  systemClock,
  type WorkerName,
} from '@rollcall/engine'
import { canaryHandlers } from '../canary/handlers.ts'
import { canary } from '../canary/process.ts'
import type { Logger } from '../create-logger.ts'
import { createMetrics } from '../create-metrics.ts'
import { createNotify } from '../create-notify.ts'
import { platformErrors } from '../errors.ts'
import { startHeartbeat } from '../fleet/start-heartbeat.ts'
import { type Loop, startLoop } from '../start-loop.ts'
import { statesUsing } from '../states-using.ts'
import { within } from '../within.ts'
import { assertStatesKnown } from './assert-states-known.ts'
import { checkClock } from './check-clock.ts'
import { countSigns } from './count-signs.ts'
import { createFleetPause, PAUSE_LOOK_EVERY_MS } from './create-fleet-pause.ts'
import { createReplaceableWorkers } from './create-replaceable-workers.ts'
import { createWorkerErrorLog } from './log-worker-errors.ts'
import { openRedisSide } from './open-redis-side.ts'
import { startHealthServer } from './start-health-server.ts'
import { startSilenceWatch } from './start-silence-watch.ts'
import { trackHandlers } from './track-handlers.ts'
import type { WorkerEnv } from './worker-env.ts'
import { createInstanceName, type HandlerTools, type WorkerDatabase, type WorkerParts } from './worker-parts.ts'

const CLOCK_CHECK_EVERY_MS = 60_000
/** For saying goodbye to Redis, SQL and whoever asks for health, after the jobs are done. */
const CLOSE_MS = 3_000

export interface WorkerAppOptions {
  readonly name: WorkerName
  readonly env: WorkerEnv
  /** Open; the app closes it, also where it cannot start. */
  readonly database: WorkerDatabase
  /** This worker's states; those of the canary, and those that wait for signals, come by themselves. A function, where they give orders about other runs. */
  readonly handlers: readonly StateHandlers[] | ((tools: HandlerTools) => readonly StateHandlers[])
  /** Every process of the fleet: a state may lead to another worker's. */
  readonly processes: readonly ProcessDefinition[]
  /** The budgets of the resources that this worker's states name. */
  readonly limits?: readonly ResourceLimits[]
  readonly logger: Logger
  /** What this worker does besides working its queues. */
  readonly duties?: (parts: WorkerParts) => readonly Loop[]
  readonly clock?: Clock
}

export interface WorkerApp {
  /** Of its health and metrics. */
  readonly url: string
  readonly instance: string
  /** Resolves with the reason if the app cannot go on by itself; stop it then, and start another process. */
  readonly failed: Promise<Error>
  /** Drains and closes. A second call waits for the first. @returns how many jobs were still in hand when the time was up */
  stop(): Promise<{ readonly jobsLeft: number }>
}

/** @throws CodedError PORT_TAKEN, CLOCK_TOO_FAR_OFF, STATE_UNKNOWN; whatever the database throws that does not answer */
export async function startWorkerApp(options: WorkerAppOptions): Promise<WorkerApp> {
  const { name, env, database, limits = [], clock = systemClock } = options
  const { HOST, REDIS_URL, ROLLCALL_NAMESPACE: namespace, WORKER_CONCURRENCY: concurrency, WORKER_PORT } = env
  const instance = createInstanceName()
  const logger = options.logger.child({ instance })
  const processes = [...options.processes, canary]
  const app = `worker-${name}`
  const metrics = createMetrics({ app })
  const failed = Promise.withResolvers<Error>()
  let isStopping = false

  await using opened = new AsyncDisposableStack()
  opened.defer(() => database.close())
  await database.ping()
  await database.warmUp()
  const measureClock = () => checkClock({ leases: database.leases, clock, logger, metrics })
  await measureClock()
  await assertStatesKnown({ ledger: database.ledger, processes })

  for (const limit of limits) metrics.resourceTokensPerSecond.set({ resource: limit.name }, limit.ratePerSecond)
  const { notify, signsOf } = countSigns(createNotify({ logger, metrics }))
  const newId = createIds(clock)
  const { impatient, patient } = await openRedisSide({
    url: REDIS_URL,
    namespace,
    app,
    processes,
    limits,
    closures: database.closures,
    logger,
    opened,
  })

  // Its orders to the queue fail at once where Redis is away: the ledger has them, and reconcile goes by it.
  const tools = { dispatcher: impatient.dispatcher, clock, newId, notify, processes, metrics }
  const handlers = typeof options.handlers === 'function' ? options.handlers(tools) : options.handlers
  const signalHandlers = createSignalHandlers({ processes, worker: name, signals: database.signals })
  const tracked = trackHandlers([...handlers, ...signalHandlers, ...canaryHandlers(name)])

  const server = await startHealthServer({
    host: HOST,
    port: WORKER_PORT,
    portSetting: 'WORKER_PORT',
    registry: metrics.registry,
    checks: { database: () => database.ping(), redis: () => impatient.connection.ping() },
    isStopping: () => isStopping,
  })
  opened.defer(() => server.close())

  const { closures, ledger } = database
  const statesOf = (resource: string) => statesUsing({ resource, processes })
  const reopen = createReopen({ gate: patient.gate, closures, ledger, clock, notify, statesOf })
  const resources = createResources({
    gate: patient.gate,
    closures,
    limits,
    clock,
    notify,
    instance,
    reopen: async (resource) => void (await reopen({ resource, by: instance, audit: null })),
  })
  const workers = createReplaceableWorkers({
    deadlineMs: env.SHUTDOWN_DEADLINE_MS,
    make: () =>
      createWorkers({
        ledger,
        handlers: tracked.handlers,
        dispatcher: patient.dispatcher,
        connection: patient.connection,
        namespace,
        concurrency,
        resources,
        clock,
        notify,
        onError: createWorkerErrorLog(logger),
      }),
  })
  const { queues } = workers
  const store = { connection: impatient.connection, namespace }
  const parts: WorkerParts = {
    database,
    dispatcher: impatient.dispatcher,
    gate: impatient.gate,
    store,
    patient: patient.connection,
    processes,
    instance,
    clock,
    newId,
    notify,
    logger,
    metrics,
  }

  const pause = createFleetPause({ closures, workers, logger, metrics })
  await pause.look()
  workers.start()
  const loops: readonly Loop[] = [
    startHeartbeat({ ...store, worker: name, instance, jobsInHand, clock, logger }),
    startSilenceWatch({
      ...store,
      queues,
      signsOf: (queue) => signsOf(queue) + (tracked.calls.get(queue) ?? 0),
      hasFreeHands: () => !pause.isPaused() && tracked.inHand() < concurrency,
      replaceWorkers: workers.replace,
      onHopeless: failed.resolve,
      clock,
      logger,
      metrics,
    }),
    startLoop({ name: 'fleet-pause', everyMs: PAUSE_LOOK_EVERY_MS, pass: pause.look, logger }),
    startLoop({ name: 'clock-check', everyMs: CLOCK_CHECK_EVERY_MS, pass: watchClock, logger }),
    ...(options.duties?.(parts) ?? []),
  ]
  const closing = opened.move()
  logger.info({ queues, concurrency, url: server.url }, 'worker started')

  function jobsInHand(): number {
    const inHand = tracked.inHand()
    metrics.jobsInHand.set(inHand)
    return inHand
  }

  async function watchClock(): Promise<void> {
    try {
      await measureClock()
    } catch (err) {
      if (!(err instanceof CodedError) || err.errorCode !== platformErrors.CLOCK_TOO_FAR_OFF) throw err
      // Runs are due by this clock, so they come late or early, but none is lost by it: alert, and go on.
      logger.error({ err }, "this machine's clock went wrong while the worker ran")
    }
  }

  let stopped: Promise<{ readonly jobsLeft: number }> | null = null
  async function stop(): Promise<{ readonly jobsLeft: number }> {
    isStopping = true
    logger.info({ jobsInHand: tracked.inHand(), deadlineMs: env.SHUTDOWN_DEADLINE_MS }, 'stopping; taking no more jobs')
    const loopsStopped = Promise.all(loops.map((loop) => loop.stop()))
    const [drained] = await Promise.all([
      workers.stop(env.SHUTDOWN_DEADLINE_MS),
      within(env.SHUTDOWN_DEADLINE_MS + CLOSE_MS, 'background work', loopsStopped).catch(logLate),
    ])
    const jobsLeft = drained ? 0 : tracked.inHand()
    await within(CLOSE_MS, 'closing connections', closing.disposeAsync()).catch(logLate)
    if (jobsLeft > 0) logger.error({ jobsLeft }, 'the deadline has passed with jobs in hand; other workers will take them over')
    else logger.info('stopped')
    return { jobsLeft }
  }
  function logLate(err: unknown): void {
    logger.warn({ err }, 'something did not close in time')
  }

  return {
    url: server.url,
    instance,
    failed: failed.promise,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}
