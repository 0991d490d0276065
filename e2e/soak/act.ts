// What upstream systems and operators do to the fleet, and what they hold it to. Each repeats what was not answered, under the same
// Idempotency-Key, and writes down what it was told.
import type { ApiAnswer } from '../support/call-api.ts'
import { type StudentBody, student } from '../support/people.ts'
import type { TestFleet } from '../support/start-test-fleet.ts'
import type { Ask } from './ask.ts'
import type { Act, ActKind } from './plan-soak.ts'
import { count, type Roster } from './roster.ts'
import { upload } from './upload.ts'

const reason = 'The soak test asks for it.'

export interface ActDeps {
  readonly fleet: TestFleet
  readonly roster: Roster
  readonly ask: Ask
}

type Perform = (act: Act, deps: ActDeps) => Promise<void>

const PERFORM: Readonly<Record<ActKind, Perform>> = { single, many, repeat, samePerson, otherBody, cancel, poison, replay, collect, upload }

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
  if (person) await send(person, person, deps)
}

async function many({ size }: Act, deps: ActDeps): Promise<void> {
  const people = newcomers(deps, size)
  await send(people, people, deps)
}

async function send(
  body: StudentBody | readonly StudentBody[],
  people: StudentBody | readonly StudentBody[],
  deps: ActDeps,
): Promise<void> {
  const { ask, fleet, roster } = deps
  const persons = [people].flat()
  const key = `soak-${persons[0]?.personId}-${persons.length}`
  const answer = await ask(() => fleet.upstream.post('/student-create', body, { 'idempotency-key': key }))
  const uuids = uuidsOf(answer)
  if (answer.status !== 202 || uuids.length !== persons.length) {
    roster.findings.push(
      `${persons.length} new persons under ${key} were answered ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`,
    )
    return
  }
  roster.sent.push({ key, body, uuids })
  for (const [index, uuid] of uuids.entries()) {
    roster.accepted.add(uuid)
    roster.promised.set(persons[index]?.personId ?? '', uuid)
  }
}

/** Per item, in order. */
function uuidsOf({ body }: ApiAnswer): string[] {
  const results = Array.isArray(body.results) ? (body.results as { readonly uuid?: string }[]) : [body as { readonly uuid?: string }]
  return results.flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid]))
}

async function repeat({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const sent = oneOf(roster.sent, pick)
  if (!sent) return
  const answer = await ask(() => fleet.upstream.post('/student-create', sent.body, { 'idempotency-key': sent.key }))
  if (JSON.stringify(uuidsOf(answer)) !== JSON.stringify(sent.uuids))
    roster.findings.push(
      `${sent.key} was answered with other runs when it was repeated: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`,
    )
}

async function otherBody({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const sent = oneOf(roster.sent, pick)
  if (!sent) return
  const body = student(900_000_000 + pick)
  const { status, body: told } = await ask(() => fleet.upstream.post('/student-create', body, { 'idempotency-key': sent.key }))
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
  const { status, body } = await ask(() => fleet.upstream.post('/student-create', student(Number(personId.slice(1)))))
  if (status === 409 && body.code === 'ACCOUNT_EXISTS') return
  if ((status !== 202 && status !== 200) || typeof body.uuid !== 'string') {
    roster.findings.push(`${personId}, asked for again, was answered ${status} ${String(body.code)}`)
    return
  }
  roster.accepted.add(body.uuid)
  roster.promised.set(personId, body.uuid)
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
