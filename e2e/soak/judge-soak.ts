// What a soak must not have left behind, beyond what every fault test's audit looks at.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { audit } from '../support/audit.ts'
import type { TestFleet } from '../support/start-test-fleet.ts'
import type { ActDeps } from './act.ts'
import { unfinished } from './settle.ts'

/** Of one app of the fleet: what `growth` of the bench watches closely is here only to be seen to leak. The simulator keeps a whole tenant. */
const MOST_MEGABYTES = 400
/** Looking for every password in every log would take longer than the soak. */
const PASSWORDS_LOOKED_FOR = 40
/** Errors that say that something was not thought of. */
const DEFECTS = ['UNEXPECTED_ERROR', 'TOO_MANY_VERSIONS', 'RESULT_MISSING', 'DIRECTORY_UNEXPECTED', 'NOT_YET_FOR_TOO_LONG']

/** Findings in words; none for a fleet that has lost nothing. */
export async function judgeSoak(deps: ActDeps & { readonly memory: ReadonlyMap<string, number> }): Promise<string[]> {
  const { fleet, roster, memory } = deps
  const { database, simulatorLevers, redisUrl } = fleet
  const open = await unfinished(deps)
  const found = await audit({ accepted: [...roster.accepted], database, simulator: simulatorLevers, redis: redisUrl })
  const settled = await settledFailures(fleet)
  const audited = Object.entries(found).flatMap(([what, some]: [string, readonly string[]]) =>
    // An enrolment that met a storm at every try is given up, as the table says.
    some.filter((one) => what !== 'partial' && (what !== 'failed' || !settled.has(one.slice(0, 36)))).map((one) => `${what}: ${one}`),
  )
  const users = await database.prisma.sysUser.findMany({ where: { deletedOn: null }, select: { personId: true } })
  const made = new Set(users.map(({ personId }) => personId))
  const heavy = [...memory].filter(([name, megabytes]) => !['simulator', 'redis'].includes(name) && megabytes > MOST_MEGABYTES)
  return [
    ...roster.findings,
    ...audited,
    ...open.live.map((one) => `still under way: ${one}`),
    ...[...roster.promised.keys()].filter((personId) => !made.has(personId)).map((personId) => `without an account: ${personId}`),
    ...(open.imports > 0 ? [`${open.imports} imports are not done`] : []),
    ...(await committedTwice(fleet)),
    ...(await defects(fleet)),
    ...heavy.map(([name, megabytes]) => `${name} held ${megabytes} MB`),
  ]
}

/** Runs that failed, and whose person a later run has given an account. */
async function settledFailures({ database: { prisma } }: TestFleet): Promise<ReadonlySet<string>> {
  const failed = await prisma.run.findMany({
    where: { status: 'failed', process: 'account-create' },
    select: { uuid: true, subjectId: true },
  })
  const later = await prisma.run.findMany({ where: { status: 'completed', process: 'account-create' }, select: { subjectId: true } })
  const done = new Set(later.map(({ subjectId }) => subjectId))
  return new Set(failed.filter(({ subjectId }) => done.has(subjectId)).map(({ uuid }) => uuid))
}

async function committedTwice({ simulatorLevers }: TestFleet): Promise<string[]> {
  const { creates } = await simulatorLevers.get<{ creates: Readonly<Record<string, { readonly committed: number }>> }>('/counters')
  return Object.entries(creates).flatMap(([name, { committed }]) =>
    committed > 1 ? [`the directory made ${name} ${committed} times`] : [],
  )
}

async function defects({ database: { prisma } }: TestFleet): Promise<string[]> {
  const events = await prisma.runEvent.findMany({
    where: { errorCode: { in: DEFECTS } },
    select: { runUuid: true, errorCode: true, errorMessage: true, state: true },
    take: 20,
  })
  return events.map(({ runUuid, errorCode, errorMessage, state }) => `${errorCode} in ${state} of ${runUuid}: ${errorMessage}`)
}

/** Once the fleet has ended, and written out everything. */
export async function passwordsInLogs({ fleet: { logFolder }, roster }: Pick<ActDeps, 'fleet' | 'roster'>): Promise<string[]> {
  const passwords = [...roster.handedOut.values()].slice(0, PASSWORDS_LOOKED_FOR)
  const findings: string[] = []
  for (const file of await readdir(logFolder)) {
    const text = await readFile(join(logFolder, file), 'utf8')
    if (passwords.some((password) => text.includes(password))) findings.push(`a password stands in ${file}`)
  }
  return findings
}
