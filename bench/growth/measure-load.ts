// The same load on a fleet, whatever its ledger holds already: how fast it is done, what it costs, how long one request takes when it is over.
import { WORKERS } from '@rollcall/scripts/fleet'
import { cpuMsOf } from '../support/cpu-ms-of.ts'
import { percentile } from '../support/percentile.ts'
import { postPupil } from '../support/post-pupil.ts'
import { postPupils } from '../support/post-pupils.ts'
import { pupil } from '../support/pupils.ts'
import type { BenchFleet } from '../support/start-bench-fleet.ts'
import { until } from '../support/until.ts'

/** Until what runs often is compiled: a fleet that has stood for years has been warm for long. */
const WARM_UP = 3_000
const LOAD = 3_000
const SINGLES = 40

export interface Load {
  readonly perSecond: number
  readonly cpuMsPerRun: number
  readonly singleMs: number
}

export async function measureLoad(bench: BenchFleet, { schools }: { readonly schools: number }): Promise<Load> {
  const { database } = bench
  let sent = 0
  const some = (count: number) => Array.from({ length: count }, () => pupil({ number: sent++, schools }))
  const ended = (uuids: readonly string[]) => until('they are persisted', async () => (await countOpen(bench, uuids)) === 0)

  await ended(await postPupils(bench, some(WARM_UP)))
  const cpuBefore = await cpuMs(bench)
  const startedAt = performance.now()
  await ended(await postPupils(bench, some(LOAD)))
  const seconds = (performance.now() - startedAt) / 1_000
  const used = (await cpuMs(bench)) - cpuBefore

  const singles: string[] = []
  for (const one of some(SINGLES)) {
    const uuid = await postPupil(bench, one)
    singles.push(uuid)
    await ended([uuid])
  }
  const runs = await database.prisma.run.findMany({ where: { uuid: { in: singles } }, select: { createdAt: true, updatedAt: true } })
  return {
    perSecond: LOAD / seconds,
    cpuMsPerRun: used / LOAD,
    singleMs: percentile(
      runs.map(({ createdAt, updatedAt }) => updatedAt.getTime() - createdAt.getTime()),
      0.5,
    ),
  }
}

/** The last ones are asked for first: they are what is waited for. */
function countOpen({ database }: BenchFleet, uuids: readonly string[]): Promise<number> {
  return database.prisma.run.count({ where: { uuid: { in: uuids.slice(-500) }, status: { not: 'completed' } } })
}

async function cpuMs({ fleet }: BenchFleet): Promise<number> {
  const each = await Promise.all([...WORKERS, 'api'].map((name) => cpuMsOf(fleet.app(name).pid)))
  return each.reduce((sum, ms) => sum + ms, 0)
}
