import type { EventCursor, FleetEvent, RunQueries } from '@rollcall/engine'
import { chunks } from '../chunks.ts'
import type { LedgerContext } from './context.ts'

/** SQL Server takes 2,100 parameters at most. */
const RUNS_PER_QUERY = 1_000

const SHOWN = {
  runUuid: true,
  id: true,
  createdAt: true,
  operationType: true,
  status: true,
  state: true,
  version: true,
  attempt: true,
  errorCode: true,
  durationMs: true,
  count: true,
} as const

/**
 * Walks the index of the times, whatever the filter: who goes on from a cursor passes over few rows, and whoever begins names a `from`.
 * The processes stand with the runs and are looked up for one page at a time.
 */
export async function latestEvents(
  { prisma }: Pick<LedgerContext, 'prisma'>,
  ...[{ process, state, errors = false }, { after, from, to, limit }]: Parameters<RunQueries['latestEvents']>
): ReturnType<RunQueries['latestEvents']> {
  const direction = after ? 'asc' : 'desc'
  const found = await prisma.runEvent.findMany({
    where: {
      AND: [
        { createdAt: { gte: new Date(after ? Math.max(from, after.createdAt) : from), lt: new Date(to) } },
        after ? behind(after) : {},
        { ...(state !== undefined && { state }), ...(errors && { errorCode: { not: null } }) },
      ],
    },
    select: SHOWN,
    orderBy: [{ createdAt: direction }, { id: direction }],
    take: limit,
  })
  const rows = after ? found : found.reverse()
  const processes = await processesOf(
    { prisma },
    rows.map(({ runUuid }) => runUuid),
  )
  const events = rows.map((row) => ({
    ...row,
    createdAt: Number(row.createdAt),
    status: statusWord(row.status),
    process: processes.get(row.runUuid) ?? null,
  }))
  const last = events.at(-1)
  return {
    events: events.filter((event) => process === undefined || event.process === process),
    next: last ? { createdAt: last.createdAt, id: last.id } : after,
  }
}

function behind({ createdAt, id }: EventCursor) {
  return { OR: [{ createdAt: { gt: new Date(createdAt) } }, { id: { gt: id } }] }
}

async function processesOf({ prisma }: Pick<LedgerContext, 'prisma'>, uuids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const processes = new Map<string, string>()
  for (const some of chunks([...new Set(uuids)], RUNS_PER_QUERY)) {
    const rows = await prisma.run.findMany({ where: { uuid: { in: some } }, select: { uuid: true, process: true } })
    for (const { uuid, process } of rows) processes.set(uuid, process)
  }
  return processes
}

/** Only the engine writes this column, from the words of the same type. */
function statusWord(status: string): FleetEvent['status'] {
  return status as FleetEvent['status']
}
