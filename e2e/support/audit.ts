// The last word of every fault test: what was accepted, the ledger with its history, Redis, the business tables and the directory must tell
// one story. It takes no part in it: it reads, and starts nothing.
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '@rollcall/database'
import type { SimulatorClient } from '@rollcall/scripts/fleet'
import type { Cluster, Redis } from 'ioredis'
import { judgeHistory } from './audit/judge-history.ts'
import { lookOverQueues } from './audit/look-over-queues.ts'

export interface Audit {
  /** Accepted, but neither in the ledger nor in the archive. */
  readonly lost: readonly string[]
  /** Not ended, whoever asked for it. */
  readonly unfinished: readonly string[]
  readonly failed: readonly string[]
  /** Completed without all that was asked for. */
  readonly partial: readonly string[]
  /** Persons with more than one account of ours in the directory. */
  readonly doubledInDirectory: readonly string[]
  /** Persons with more than one live SysUser. */
  readonly doubledUsers: readonly string[]
  /** Accounts of ours in the directory that no run names. */
  readonly unnamedAccounts: readonly string[]
  /** Live users that no run made. */
  readonly unnamedUsers: readonly string[]
  /** Persons whose completed run left no user, or one that points at another account than the directory's. */
  readonly mismatched: readonly string[]
  /** Persons whose run is fully completed, and whose account is not in the school and the classes that were asked for, or in another school. */
  readonly misplaced: readonly string[]
  /** What the history of a run does not tell, or tells twice. */
  readonly inconsistent: readonly string[]
  /** Jobs that will be worked although their run has ended, or does not exist. */
  readonly leftoverJobs: readonly string[]
  /** What Redis keeps of jobs that nobody will ever work or tidy away. */
  readonly strayJobs: readonly string[]
  /** Live runs of whatever process that wait for nobody, and that no worker will get. */
  readonly withoutJob: readonly string[]
}

export const CLEAN: Audit = {
  lost: [],
  unfinished: [],
  failed: [],
  partial: [],
  doubledInDirectory: [],
  doubledUsers: [],
  unnamedAccounts: [],
  unnamedUsers: [],
  mismatched: [],
  misplaced: [],
  inconsistent: [],
  leftoverJobs: [],
  strayJobs: [],
  withoutJob: [],
}

/** What a killed worker had in its hands is taken from it within 9 s, and then found to be superseded. */
const SETTLES_WITHIN_MS = 20_000
const LOOK_EVERY_MS = 500
const ACCOUNTS = 'account-create'
/** The canary is watched by the fleet itself, and a lost one comes back with the next reconcile. */
const CANARY = 'canary'

export interface AuditInput {
  /** The uuids that were answered with 202. */
  readonly accepted: readonly string[]
  readonly database: Database
  readonly simulator: Pick<SimulatorClient, 'get'>
  /** A URL, or a connection of the caller's. Without it Redis is not looked at. */
  readonly redis?: string | Redis | Cluster
  /** @defaultValue rollcall */
  readonly namespace?: string
  /** How long what is wrong with Redis may take to come right by itself. @defaultValue 20 s */
  readonly settlesWithinMs?: number
}

export async function audit({
  accepted,
  database,
  simulator,
  redis,
  namespace = 'rollcall',
  settlesWithinMs = SETTLES_WITHIN_MS,
}: AuditInput): Promise<Audit> {
  // First Redis: while it settles, the last jobs may still write to the rest.
  const queues = redis === undefined ? SETTLED : await auditQueues({ database, redis, namespace, settlesWithinMs })
  const [ledger, people] = await Promise.all([auditLedger({ accepted, database }), auditPeople({ database, simulator })])
  return { ...ledger, ...people, ...queues }
}

async function auditLedger({ accepted, database: { prisma } }: Pick<AuditInput, 'accepted' | 'database'>) {
  // In one transaction: a canary is always under way, and must not move between the looks.
  const { all, events } = await prisma.$transaction(async (tx) => ({
    all: await tx.run.findMany(),
    events: await tx.runEvent.findMany({ orderBy: [{ runUuid: 'asc' }, { version: 'asc' }, { attempt: 'asc' }, { id: 'asc' }] }),
  }))
  const eventsOf = Map.groupBy(events, ({ runUuid }) => runUuid)
  const archived = await prisma.archivedRun.findMany({ select: { uuid: true } })
  const known = new Set([...all, ...archived].map(({ uuid }) => uuid))
  const runs = all.filter(({ process }) => process === ACCOUNTS)
  return {
    lost: accepted.filter((uuid) => !known.has(uuid)),
    unfinished: runs.filter((run) => run.dueAt !== null).map((run) => `${run.uuid} in ${run.state}`),
    failed: runs.filter((run) => run.status === 'failed').map((run) => `${run.uuid} ${run.errorCode}`),
    partial: runs.filter(({ status, completion }) => status === 'completed' && completion !== 'full').map(({ uuid }) => uuid),
    inconsistent: all.flatMap((run) => judgeHistory({ run, events: eventsOf.get(run.uuid) ?? [] })),
  }
}

interface DirectoryUser {
  readonly id: string
  readonly deleted: boolean
  /** Whose account it is; empty for one that is not ours. */
  readonly markers: { readonly student?: string; readonly teacher?: string; readonly employee?: string }
  readonly schools: readonly string[]
  readonly memberOf: readonly string[]
  readonly teaches: readonly string[]
}

interface DirectoryState {
  readonly users: readonly DirectoryUser[]
  /** The register's ids of classes and schools, by those of the directory. */
  readonly externalIds: Readonly<Record<string, string>>
}

function markerOf({ markers }: DirectoryUser): string {
  return markers.student ?? markers.teacher ?? markers.employee ?? ''
}

async function auditPeople({ database: { prisma }, simulator }: Pick<AuditInput, 'database' | 'simulator'>) {
  const runs = await prisma.run.findMany({ where: { process: ACCOUNTS } })
  const archived = await prisma.archivedRun.findMany({ where: { process: ACCOUNTS } })
  const users = await prisma.sysUser.findMany({ where: { deletedOn: null }, include: { person: true } })
  const { users: directory, externalIds } = await simulator.get<DirectoryState>('/state')
  const ours = directory.filter((user) => !user.deleted && markerOf(user) !== '')
  const idsByMarker = Map.groupBy(ours, markerOf)
  const everyRun = [...runs, ...archived]
  const named = new Set(everyRun.flatMap((run) => [...run.resultObject.matchAll(/"azureId":\s*"([^"]+)"/g)].map(([, id]) => id)))
  const runUuids = new Set(everyRun.map(({ uuid }) => uuid))
  const completed = runs.filter((run) => run.status === 'completed')
  const accountOf = (personId: string | null) => idsByMarker.get(personId ?? '')?.at(0)

  return {
    doubledInDirectory: [...idsByMarker].filter(([, some]) => some.length > 1).map(([marker]) => marker),
    doubledUsers: [...Map.groupBy(users, (user) => user.personId)].filter(([, some]) => some.length > 1).map(([personId]) => personId),
    unnamedAccounts: ours.filter((user) => !named.has(user.id)).map((user) => user.id),
    unnamedUsers: users.filter(({ runUuid }) => !runUuids.has(runUuid)).map(({ personId }) => personId),
    mismatched: completed.flatMap(({ subjectId }) => {
      const user = users.find((one) => one.personId === subjectId)
      const account = accountOf(subjectId)
      return user && account && user.person.azureId === account.id ? [] : [String(subjectId)]
    }),
    misplaced: completed.flatMap(({ completion, inputArgs, subjectId }) => {
      const account = accountOf(subjectId)
      return completion === 'full' && account && !isPlaced({ account, externalIds, inputArgs }) ? [String(subjectId)] : []
    }),
  }
}

interface Placed extends Pick<DirectoryState, 'externalIds'> {
  readonly account: DirectoryUser
  readonly inputArgs: string
}

/** Whoever was in other classes before may stay there. */
function isPlaced({ account: { schools, memberOf, teaches }, externalIds, inputArgs }: Placed): boolean {
  const { schoolId, classIds } = JSON.parse(inputArgs) as { readonly schoolId: string; readonly classIds: readonly string[] }
  const classes = new Set([...memberOf, ...teaches].map((id) => externalIds[id]))
  return schools.every((id) => externalIds[id] === schoolId) && schools.length === 1 && classIds.every((id) => classes.has(id))
}

type AuditQueues = Required<Pick<AuditInput, 'database' | 'redis' | 'namespace' | 'settlesWithinMs'>>
type QueueFindings = Pick<Audit, 'leftoverJobs' | 'strayJobs' | 'withoutJob'>
const SETTLED: QueueFindings = { leftoverJobs: [], strayJobs: [], withoutJob: [] }

/** A job is added after the commit and ends after it: what stands in two looks in a row is no such moment. */
async function auditQueues({ settlesWithinMs, ...input }: AuditQueues): Promise<QueueFindings> {
  const deadline = Date.now() + settlesWithinMs
  let before = await lookOnce(input)
  let standing = before
  while (!isSettled(standing) && Date.now() < deadline) {
    await pause(LOOK_EVERY_MS)
    const now = await lookOnce(input)
    standing = {
      leftoverJobs: inBoth(before.leftoverJobs, now.leftoverJobs),
      strayJobs: inBoth(before.strayJobs, now.strayJobs),
      withoutJob: inBoth(before.withoutJob, now.withoutJob),
    }
    before = now
  }
  return standing
}

async function lookOnce({ database: { prisma }, redis, namespace }: Omit<AuditQueues, 'settlesWithinMs'>): Promise<QueueFindings> {
  const { pending, stray } = await lookOverQueues({ redis, namespace })
  const live = await prisma.run.findMany({
    where: { dueAt: { not: null }, status: { not: 'waiting' } },
    select: { uuid: true, version: true, process: true, state: true },
  })
  const uuids = new Set(live.map(({ uuid }) => uuid))
  const jobs = new Set(pending.map(({ uuid, version }) => `${uuid}-${version}`))
  const describe = ({ queue, uuid, version }: (typeof pending)[number]) => `${uuid}-${version} in ${queue}`
  return {
    leftoverJobs: pending.filter(({ uuid }) => !uuids.has(uuid)).map(describe),
    strayJobs: stray.map(describe),
    withoutJob: live
      .filter(({ uuid, version, process }) => process !== CANARY && !jobs.has(`${uuid}-${version}`))
      .map(({ uuid, version, state }) => `${uuid}-${version} in ${state}`),
  }
}

function isSettled({ leftoverJobs, strayJobs, withoutJob }: QueueFindings): boolean {
  return leftoverJobs.length + strayJobs.length + withoutJob.length === 0
}

function inBoth(before: readonly string[], now: readonly string[]): readonly string[] {
  return before.filter((one) => now.includes(one))
}
