// After the last fault: everything is mended, and what upstream systems and operators would do next is done, until every person has an account.
import { setTimeout as pause } from 'node:timers/promises'
import { queuePrefix } from '@rollcall/engine'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import type { TestFleet } from '../support/start-test-fleet.ts'
import type { ActDeps } from './act.ts'
import { askAgain } from './asked-from-outside.ts'
import { heal, orderReplay } from './ordered-by-operators.ts'
import { reopen } from './strike.ts'
import type { Timeline } from './timeline.ts'

const NAMESPACE = 'rollcall'
const EVERY_MS = 2_000
/** Not what the clock starts at full hours: a sync waits for as long as there is no registration service, and here there is none. */
const PEOPLE = { process: { not: 'canary' }, NOT: { requestedBy: { startsWith: 'schedule' } } }

/** @throws Error naming what is still unfinished when the time is up */
export async function settle({
  timeline,
  withinMs,
  ...deps
}: ActDeps & { readonly timeline: Timeline; readonly withinMs: number }): Promise<void> {
  const { fleet, roster } = deps
  await reopen(deps)
  for (const personId of [...roster.poisoned.keys()]) await heal(personId, deps)
  await fleet.simulatorLevers.delete('/faults')
  const deadline = performance.now() + withinMs
  for (;;) {
    const open = await unfinished(deps)
    if (open.live.length + open.ended.length + open.imports === 0) return
    timeline.say(`settling: ${open.live.length} runs under way, ${open.ended.length} persons without an account, ${open.imports} imports`)
    if (performance.now() > deadline) return
    for (const { personId, uuid, status } of open.ended) await (status === 'failed' ? orderReplay(uuid, deps) : askAgain(personId, deps))
    await hurry(fleet)
    await pause(EVERY_MS)
  }
}

interface Unfinished {
  readonly live: readonly string[]
  /** Persons whose last run has ended without an account. */
  readonly ended: readonly { readonly personId: string; readonly uuid: string; readonly status: string }[]
  readonly imports: number
}

export async function unfinished({ fleet: { database, upstream }, roster, ask }: ActDeps): Promise<Unfinished> {
  const { prisma } = database
  const runs = await prisma.run.findMany({
    where: PEOPLE,
    select: { uuid: true, state: true, status: true, dueAt: true, subjectId: true, process: true },
    orderBy: { uuid: 'asc' },
  })
  const users = await prisma.sysUser.findMany({ where: { deletedOn: null }, select: { personId: true } })
  const done = new Set(users.map(({ personId }) => personId))
  const last = new Map(runs.filter(({ process }) => process === 'account-create').map((run) => [run.subjectId ?? '', run]))
  const views = await Promise.all(roster.imports.map(({ id }) => ask(() => upstream.get(`/imports/${id}`))))
  return {
    live: runs.filter(({ dueAt }) => dueAt !== null).map(({ uuid, state }) => `${uuid} in ${state}`),
    ended: [...last.entries()].flatMap(([personId, { uuid, status, dueAt }]) =>
      dueAt === null && !done.has(personId) ? [{ personId, uuid, status }] : [],
    ),
    imports: views.filter(({ body }) => body.status !== 'done').length,
  }
}

/**
 * Somebody moves the clocks of ledger and queue: who stands back after an error for a quarter of an hour tries now, and what Redis has forgotten
 * is looked for now, not in a minute. What may be done, and when again after that, is the fleet's to decide as ever.
 */
async function hurry({ database: { prisma }, redisUrl }: TestFleet): Promise<void> {
  const dueAt = new Date(Date.now() - 61_000)
  const where = { ...PEOPLE, dueAt: { gt: dueAt }, stateSince: { lt: new Date(Date.now() - EVERY_MS) } }
  const states = await prisma.run.findMany({ where, select: { process: true, state: true }, distinct: ['process', 'state'] })
  await prisma.run.updateMany({ where, data: { dueAt } })
  const connection = new Redis(redisUrl)
  try {
    for (const { process: name, state } of states) {
      const queueName = `${name}.${state}`
      const queue = new Queue(queueName, { connection, prefix: queuePrefix(NAMESPACE, queueName) })
      await queue.promoteJobs()
      await queue.close()
    }
  } finally {
    connection.disconnect()
  }
}
