// What upstream systems and operators do to the fleet, and what they hold it to. Each repeats what was not answered, under the same
// Idempotency-Key, and writes down what it was told.
import type { ApiAnswer } from '../support/call-api.ts'
import { CLASSES, SCHOOL, type StudentBody, student } from '../support/people.ts'
import type { TestFleet } from '../support/start-test-fleet.ts'
import type { Ask } from './ask.ts'
import type { Act, ActKind } from './plan-soak.ts'
import { type AccountPath, count, type Person, type Roster } from './roster.ts'
import { upload } from './upload.ts'

const reason = 'The soak test asks for it.'

export interface ActDeps {
  readonly fleet: TestFleet
  readonly roster: Roster
  readonly ask: Ask
}

type Perform = (act: Act, deps: ActDeps) => Promise<void>

const PERFORM: Readonly<Record<ActKind, Perform>> = {
  ...{ single, many, namesake, repeat, samePerson, otherBody },
  ...{ cancel, poison, replay, cohort, collect, upload },
}

/** Teachers have so few names between them that they all contend for the same usernames. */
const NAMESAKES = [
  { firstName: 'Крум', lastName: 'Образцов' },
  { firstName: 'Неда', middleName: 'Ан', lastName: 'Пробева' },
]

export async function perform(act: Act, deps: ActDeps): Promise<void> {
  count(deps.roster, act.kind)
  await PERFORM[act.kind](act, deps)
}

export function newcomers({ roster }: Pick<ActDeps, 'roster'>, size: number): StudentBody[] {
  const from = roster.next
  roster.next += size
  return Array.from({ length: size }, (_, index) => student(from + index))
}

async function single(_act: Act, deps: ActDeps): Promise<void> {
  const [person] = newcomers(deps, 1)
  if (person) await send('/student-create', person, deps)
}

async function many({ size }: Act, deps: ActDeps): Promise<void> {
  await send('/student-create', newcomers(deps, size), deps)
}

async function namesake({ pick }: Act, deps: ActDeps): Promise<void> {
  deps.roster.next += 1
  const personId = `T${String(deps.roster.next).padStart(8, '0')}`
  const teacher = { ...oneOf(NAMESAKES, pick), personId, birthDate: '1970-01-01', schoolId: SCHOOL, classIds: [CLASSES[0]] }
  await send('/teacher-create', teacher, deps)
}

async function send(path: AccountPath, body: Person | readonly Person[], deps: ActDeps): Promise<void> {
  const { ask, fleet, roster } = deps
  const persons = [body].flat()
  const key = `soak-${persons[0]?.personId}-${persons.length}`
  const answer = await ask(() => fleet.upstream.post(path, body, { 'idempotency-key': key }))
  const uuids = uuidsOf(answer)
  if (answer.status !== 202 || uuids.length !== persons.length) {
    roster.findings.push(`${persons.length} new persons under ${key} were answered ${shown(answer)}`)
    return
  }
  roster.sent.push({ path, key, body, uuids })
  for (const [index, person] of persons.entries()) promise(roster, { path, body: person, uuid: uuids[index] ?? '' })
}

function promise(roster: Roster, { path, body, uuid }: { path: AccountPath; body: Person; uuid: string }): void {
  roster.accepted.add(uuid)
  roster.promised.set(body.personId, uuid)
  roster.bodies.set(body.personId, { path, body })
}

function shown({ status, body }: ApiAnswer): string {
  return `${status} ${JSON.stringify(body).slice(0, 300)}`
}

/** Per item, in order. */
function uuidsOf({ body }: ApiAnswer): string[] {
  const results = Array.isArray(body.results) ? (body.results as { readonly uuid?: string }[]) : [body as { readonly uuid?: string }]
  return results.flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid]))
}

async function repeat({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const sent = oneOf(roster.sent, pick)
  if (!sent) return
  const answer = await ask(() => fleet.upstream.post(sent.path, sent.body, { 'idempotency-key': sent.key }))
  if (JSON.stringify(uuidsOf(answer)) !== JSON.stringify(sent.uuids))
    roster.findings.push(`${sent.key} was answered with other runs when it was repeated: ${shown(answer)}`)
}

async function otherBody({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const sent = oneOf(roster.sent, pick)
  if (!sent) return
  const body = { ...Object([sent.body].flat()[0]), personId: `X${pick}` }
  const { status, body: told } = await ask(() => fleet.upstream.post(sent.path, body, { 'idempotency-key': sent.key }))
  if (status !== 409 || told.code !== 'IDEMPOTENCY_KEY_REUSED')
    roster.findings.push(`${sent.key} with another body was answered ${status} ${String(told.code)}`)
}

/** Without a key: a live run, the account that stands, or, where the earlier run was cancelled or failed, a new one. */
async function samePerson({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const personId = oneOf([...roster.promised.keys()], pick)
  if (personId === undefined) return
  await askAgain(personId, { ask, fleet, roster })
}

export async function askAgain(personId: string, { ask, fleet, roster }: ActDeps): Promise<void> {
  const { path, body } = roster.bodies.get(personId) ?? { path: '/student-create' as const, body: student(Number(personId.slice(1))) }
  const answer = await ask(() => fleet.upstream.post(path, body))
  const { code, uuid } = answer.body
  if (answer.status === 409 && code === 'ACCOUNT_EXISTS') return
  if ((answer.status === 202 || answer.status === 200) && typeof uuid === 'string') promise(roster, { path, body, uuid })
  else roster.findings.push(`${personId}, asked for again, was answered ${shown(answer)}`)
}

async function cancel({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  // The latest ones are most likely to be under way.
  const uuid = oneOf([...roster.promised.values()].slice(-40), pick)
  if (uuid === undefined) return
  const { status, body } = await ask(() => fleet.operator.post(`/azure-data-sync/${uuid}/cancel`, { reason }))
  if (status === 202) roster.cancelled.add(uuid)
  else if (body.code !== 'RUN_ENDED') roster.findings.push(`The order to cancel ${uuid} was answered ${status} ${String(body.code)}`)
}

/** The directory will not take this person until it is told otherwise: the run fails. */
async function poison(act: Act, deps: ActDeps): Promise<void> {
  const { fleet, roster } = deps
  const { personId } = student(roster.next)
  const { id } = await fleet.simulatorLevers.post<{ id: string }>('/faults', {
    match: { method: 'POST', pathPattern: '/education/users', bodyContains: personId },
    fault: { kind: 'error', status: 400, code: 'Request_BadRequest' },
  })
  roster.poisoned.set(personId, id)
  await single(act, deps)
}

async function replay({ pick }: Act, deps: ActDeps): Promise<void> {
  const personId = oneOf([...deps.roster.poisoned.keys()], pick)
  if (personId !== undefined) await heal(personId, deps)
}

/** Takes the fault away and orders the replay, if the run has failed already. */
export async function heal(personId: string, { ask, fleet, roster }: ActDeps): Promise<void> {
  const faultId = roster.poisoned.get(personId)
  const uuid = roster.promised.get(personId)
  if (faultId === undefined || uuid === undefined) return
  roster.poisoned.delete(personId)
  await fleet.simulatorLevers.delete(`/faults/${faultId}`)
  await orderReplay(uuid, { ask, fleet, roster })
}

export async function orderReplay(uuid: string, { ask, fleet, roster }: ActDeps): Promise<void> {
  const { status, body } = await ask(() => fleet.operator.post(`/azure-data-sync/${uuid}/replay`, { reason }))
  if (status === 202) roster.replayed.add(uuid)
  // Whoever had no answer asked again, and the first order was carried out.
  else if (!['RUN_NOT_ENDED', 'RUN_KEY_TAKEN', 'RUN_CHANGED'].includes(String(body.code)))
    roster.findings.push(`The order to replay ${uuid} was answered ${status} ${String(body.code)}`)
}

/** Everything that the directory refused, in one order: whoever is still refused fails again. */
async function cohort(_act: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const filter = { process: 'account-create', errorCode: 'DIRECTORY_REFUSED_DATA' }
  const counted = await ask(() => fleet.operator.post('/replays', { filter, dryRun: true }))
  const expectedCount = Number(counted.body.count)
  if (expectedCount === 0) return
  const key = { 'idempotency-key': `soak-cohort-${roster.counts.get('cohort')}` }
  const answer = await ask(() => fleet.operator.post('/replays', { filter, expectedCount, reason }, key))
  if (answer.status !== 202 && answer.body.code !== 'COHORT_CHANGED') roster.findings.push(`A cohort was answered ${shown(answer)}`)
}

/** Asks once: an answer that is lost on its way is lost, and so is the password. */
async function collect({ pick }: Act, { fleet, roster }: ActDeps): Promise<void> {
  const users = await fleet.database.prisma.sysUser.findMany({ select: { sysUserId: true }, orderBy: { sysUserId: 'desc' }, take: 50 })
  const sysUserId = oneOf(users, pick)?.sysUserId
  if (sysUserId === undefined) return
  const answer = await fleet.upstream.post(`/accounts/${sysUserId}/credential`, {}).catch(() => null)
  if (answer?.status !== 200) return
  if (roster.handedOut.has(sysUserId)) roster.findings.push(`The password of ${sysUserId} was handed out twice`)
  roster.handedOut.set(sysUserId, String(answer.body.initialPassword))
}

export function oneOf<T>(choices: readonly T[], pick: number): T | undefined {
  return choices[pick % Math.max(1, choices.length)]
}
