import type { EventCursor, FleetEvent, FleetEventFilter, FleetEventPage, FleetEvents } from '../run-queries.ts'
import type { MemoryTables } from './memory-tables.ts'

/** `RunQueries.latestEvents` over the tables in memory. */
export function latestEvents(
  { runs, events }: MemoryTables,
  { process, state, errors = false }: FleetEventFilter,
  { after, from, to, limit }: FleetEventPage,
): FleetEvents {
  const candidates = events
    .filter(({ createdAt }) => createdAt >= from && createdAt < to)
    .filter((event) => after === null || inOrder(after, event) < 0)
    .filter((event) => (state === undefined || event.state === state) && (!errors || event.errorCode !== null))
    .sort(inOrder)
  const page = after === null ? candidates.slice(-limit) : candidates.slice(0, limit)
  const last = page.at(-1)
  const shown = page.map(({ submittedData, receivedData, errorMessage, ...event }): FleetEvent => {
    return { ...event, process: runs.get(event.runUuid)?.process ?? null }
  })
  return {
    events: shown.filter((event) => process === undefined || event.process === process),
    next: last ? { createdAt: last.createdAt, id: last.id } : after,
  }
}

function inOrder(a: EventCursor, b: EventCursor): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
