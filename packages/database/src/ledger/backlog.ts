import { type Ledger, LIVE_STATUSES, type RunStatus } from '@rollcall/engine'
import type { LedgerContext } from './context.ts'

export async function backlog({ prisma }: LedgerContext): ReturnType<Ledger['backlog']> {
  const rows = await prisma.run.groupBy({
    by: ['process', 'state', 'status'],
    where: { status: { in: [...LIVE_STATUSES] } },
    _count: { _all: true },
    _min: { stateSince: true },
  })
  return rows.map(({ process, state, status, _count, _min }) => ({
    process,
    state,
    status: liveStatus(status),
    count: _count._all,
    oldestSince: Number(_min.stateSince),
  }))
}

/** The query asks for these words only. */
function liveStatus(status: string): RunStatus {
  return status as RunStatus
}
