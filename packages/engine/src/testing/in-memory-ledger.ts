// The ledger in memory, for stories and for the engine's own tests. It passes the same contract suite as the ones over SQL.

import type { AcceptedRun, KnownRequest, Ledger, Transaction, Transition } from '../ledger.ts'
import type { NewRun, Run, RunEvent } from '../run.ts'
import type { RunQueries } from '../run-queries.ts'
import { createInMemorySignals, type InMemorySignals } from './in-memory-signals.ts'
import { latestEvents } from './latest-events.ts'
import { liveKeyTaken, type MemoryTables, type MemoryTransaction, newTables } from './memory-tables.ts'

export interface InMemoryLedger extends Ledger, Pick<RunQueries, 'openRuns' | 'latestEvents' | 'failuresSince'> {
  /** The signals that were sent to its runs. */
  readonly signals: InMemorySignals
  readonly run: (uuid: string) => Run
  readonly runs: () => readonly Run[]
  readonly history: (uuid: string) => readonly RunEvent[]
}

export function createInMemoryLedger(): InMemoryLedger {
  const tables = newTables()
  const { runs, events, requests } = tables

  return {
    signals: createInMemorySignals(tables),

    run(uuid) {
      const run = runs.get(uuid)
      if (!run) throw new Error(`No run ${uuid}.`)
      return run
    },
    runs: () => [...runs.values()],
    history: (uuid) => events.filter((event) => event.runUuid === uuid),

    async read(uuids) {
      return uuids.map((uuid) => runs.get(uuid)).filter((run) => run !== undefined)
    },

    async commit(transitions) {
      assertDistinct(transitions)
      for (const transition of transitions) assertKeyFree(tables, transition)
      return new Set(transitions.filter((transition) => apply(tables, transition)).map((transition) => transition.uuid))
    },

    async commitWith({ transition, write, start }) {
      if (!stands(tables, transition)) return false
      assertKeyFree(tables, transition)
      if (!(await applyWith({ tables, transition, write }))) return false
      for (const run of start) if (!liveKeyTaken(tables, run.liveKey)) insert(tables, run)
      return true
    },

    async append(event, { once = false } = {}) {
      const same = (one: RunEvent) => one.runUuid === event.runUuid && one.version === event.version && one.errorCode === event.errorCode
      if (!once || !events.some(same)) events.push(event)
    },

    async accept({ groupUuid, request, runs: asked }) {
      const known = request && findRequest(tables, { ...request, now: request.createdAt })
      if (known) return known
      if (request) requests.set(`${request.caller}\n${request.key}`, { ...request, groupUuid })
      return { kind: 'accepted', runs: asked.map((run) => acceptOne(tables, run)) }
    },

    async findRequest(request) {
      return findRequest(tables, request)
    },

    async requestCancel({ uuid, at }) {
      const run = runs.get(uuid)
      if (!run || run.dueAt === null || run.cancelRequestedAt !== null) return run ?? null
      const marked = { ...run, cancelRequestedAt: at, updatedAt: at }
      runs.set(uuid, marked)
      return marked
    },

    async replay({
      uuid,
      expectedVersion,
      state,
      status = 'in_progress',
      input,
      liveKey,
      subjectName,
      scopeId,
      priority,
      at,
      event,
      write,
    }) {
      const run = runs.get(uuid)
      if (!run || run.version !== expectedVersion || run.dueAt !== null) return { kind: 'changed' }
      const taker = [...runs.values()].find(
        (one) =>
          one.liveKey === liveKey ||
          (one.status === 'completed' && tables.naturalKeys.get(one.uuid) === liveKey && one.updatedAt >= run.updatedAt),
      )
      if (taker) return { kind: 'taken', byUuid: taker.uuid }
      const replayed: Run = {
        ...run,
        state,
        status,
        completion: null,
        version: run.version + 1,
        attempt: 0,
        dueAt: at,
        input,
        liveKey,
        subjectName,
        scopeId,
        priority: priority ?? run.priority,
        errorCode: null,
        errorMessage: null,
        cancelRequestedAt: null,
        stateSince: at,
        updatedAt: at,
      }
      if (write) await write({ transaction: { undo: [] } satisfies MemoryTransaction })
      if (runs.get(uuid) !== run) return { kind: 'changed' }
      runs.set(uuid, replayed)
      tables.naturalKeys.set(uuid, liveKey)
      events.push(event)
      return { kind: 'replayed', run: replayed }
    },

    async due({ before, after, limit }) {
      return [...runs.values()]
        .filter((run): run is Run & { dueAt: number } => run.dueAt !== null && run.dueAt < before)
        .filter((run) => !after || run.dueAt > after.dueAt || (run.dueAt === after.dueAt && run.uuid > after.uuid))
        .sort((a, b) => a.dueAt - b.dueAt || (a.uuid < b.uuid ? -1 : 1))
        .slice(0, limit)
    },

    async backlog() {
      const live = [...runs.values()].filter((run) => run.dueAt !== null)
      return [...Map.groupBy(live, (run) => `${run.process}.${run.state}.${run.status}`).values()].map((some) => {
        const [{ process, state, status }] = some as [Run]
        return { process, state, status, count: some.length, oldestSince: Math.min(...some.map((run) => run.stateSince)) }
      })
    },

    async openRuns(scopeIds) {
      const live = [...runs.values()].filter((run) => run.dueAt !== null && run.scopeId !== null && scopeIds.includes(run.scopeId))
      return new Map([...Map.groupBy(live, (run) => run.scopeId ?? '')].map(([scopeId, some]) => [scopeId, some.length]))
    },

    latestEvents: async (filter, page) => latestEvents(tables, filter, page),

    async failuresSince({ since, processes }) {
      const failed = [...runs.values()].filter(
        (run) => run.status === 'failed' && run.stateSince >= since && processes.includes(run.process),
      )
      return [...Map.groupBy(failed, (run) => `${run.process}\n${run.errorCode}`).values()].map((some) => {
        const [{ process, errorCode }] = some as [Run]
        return { process, errorCode, count: some.length }
      })
    },

    async shiftStateSince({ states, closedAt, byMs }) {
      for (const run of runs.values()) {
        const stands = run.dueAt !== null && states.some((one) => one.process === run.process && one.state === run.state)
        // A run that came while the resource was closed has waited from then on only; one that came after is not concerned.
        if (stands && run.stateSince < closedAt + byMs)
          runs.set(run.uuid, { ...run, stateSince: Math.min(run.stateSince, closedAt) + byMs })
      }
    },

    async deleteEnded({ process, before, limit }) {
      const ended = [...runs.values()]
        .filter((run) => run.process === process && run.dueAt === null && run.updatedAt < before)
        .slice(0, limit)
      const gone = new Set(ended.map(({ uuid }) => uuid))
      for (const uuid of gone) runs.delete(uuid)
      events.splice(0, events.length, ...events.filter((event) => !gone.has(event.runUuid)))
      return ended.length
    },
  }
}

function findRequest({ requests }: MemoryTables, asked: Parameters<Ledger['findRequest']>[0]): KnownRequest | null {
  const known = requests.get(`${asked.caller}\n${asked.key}`)
  if (!known || known.expiresAt <= asked.now) return null
  if (known.bodyHash !== asked.bodyHash) return { kind: 'conflict' }
  return { kind: 'repeated', groupUuid: known.groupUuid, items: known.items }
}

function assertDistinct(transitions: readonly Transition[]): void {
  const uuids = new Set(transitions.map((transition) => transition.uuid))
  if (uuids.size !== transitions.length) throw new Error('A commit may hold one transition per run.')
}

/** A transition that comes too late collides with nobody: it changes no row. */
function assertKeyFree(tables: MemoryTables, transition: Transition): void {
  if (!stands(tables, transition)) return
  const taker = [...tables.runs.values()].find((run) => run.liveKey === transition.liveKey && run.uuid !== transition.uuid)
  if (taker) throw new Error(`The live key of ${transition.uuid} belongs to ${taker.uuid}.`)
}

function stands({ runs }: MemoryTables, { uuid, expectedVersion, expectedAttempt }: Transition): boolean {
  const run = runs.get(uuid)
  return run?.version === expectedVersion && (expectedAttempt === null || run.attempt === expectedAttempt)
}

function apply(tables: MemoryTables, transition: Transition): boolean {
  const run = tables.runs.get(transition.uuid)
  if (!run || !stands(tables, transition)) return false
  const { events, expectedAttempt, expectedVersion, ...after } = transition
  tables.runs.set(run.uuid, { ...run, ...after })
  tables.events.push(...events)
  return true
}

/** The row is locked for as long as the writes take, and what they have done is undone where they, or the transition, come to nothing. */
async function applyWith({
  tables,
  transition,
  write,
}: {
  readonly tables: MemoryTables
  readonly transition: Transition
  readonly write: ((tx: Transaction) => Promise<void>) | null
}): Promise<boolean> {
  if (!write) return apply(tables, transition)
  const transaction: MemoryTransaction = { undo: [] }
  const { promise: over, resolve: unlock } = Promise.withResolvers<void>()
  tables.changing.set(transition.uuid, over)
  let applied = false
  try {
    await write({ transaction })
    applied = apply(tables, transition)
    return applied
  } finally {
    if (!applied) for (const undo of transaction.undo.toReversed()) undo()
    if (tables.changing.get(transition.uuid) === over) tables.changing.delete(transition.uuid)
    unlock()
  }
}

function insert({ runs, naturalKeys }: MemoryTables, run: NewRun): Run {
  const inserted: Run = {
    ...run,
    status: 'new',
    completion: null,
    version: 1,
    attempt: 0,
    result: {},
    pollingUuid: null,
    lastOperationStatus: null,
    errorCode: null,
    errorMessage: null,
    cancelRequestedAt: null,
    updatedAt: run.createdAt,
    stateSince: run.createdAt,
  }
  runs.set(run.uuid, inserted)
  naturalKeys.set(run.uuid, run.liveKey)
  return inserted
}

function acceptOne(tables: MemoryTables, asked: NewRun): AcceptedRun {
  const standing = [...tables.runs.values()].find((run) => run.liveKey === asked.liveKey)
  const { uuid, groupUuid, state, status, version } = standing ?? insert(tables, asked)
  return { uuid, groupUuid, state, status, version, inserted: standing === undefined }
}
