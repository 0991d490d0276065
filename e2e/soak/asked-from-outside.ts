// What upstream systems do to the fleet, and what they hold it to. Each repeats what was not answered, under the same Idempotency-Key, and
// writes down what it was told.
import type { ApiAnswer } from '../support/call-api.ts'
import { CLASSES, SCHOOL, type StudentBody, student } from '../support/people.ts'
import type { ActDeps } from './act.ts'
import type { Act } from './plan-soak.ts'
import { type AccountPath, oneOf, type Person, type Roster, shown } from './roster.ts'

/** Teachers have so few names between them that they all contend for the same usernames. */
const NAMESAKES = [
  { firstName: 'Крум', lastName: 'Образцов' },
  { firstName: 'Неда', middleName: 'Ан', lastName: 'Пробева' },
]

export function newcomers({ roster }: Pick<ActDeps, 'roster'>, size: number): StudentBody[] {
  const from = roster.next
  roster.next += size
  return Array.from({ length: size }, (_, index) => student(from + index))
}

export async function single(_act: Act, deps: ActDeps): Promise<void> {
  const [person] = newcomers(deps, 1)
  if (person) await send('/student-create', person, deps)
}

export async function many({ size }: Act, deps: ActDeps): Promise<void> {
  await send('/student-create', newcomers(deps, size), deps)
}

export async function namesake({ pick }: Act, deps: ActDeps): Promise<void> {
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

/** Per item, in order. */
function uuidsOf({ body }: ApiAnswer): string[] {
  const results = Array.isArray(body.results) ? (body.results as { readonly uuid?: string }[]) : [body as { readonly uuid?: string }]
  return results.flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid]))
}

export async function repeat({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const sent = oneOf(roster.sent, pick)
  if (!sent) return
  const answer = await ask(() => fleet.upstream.post(sent.path, sent.body, { 'idempotency-key': sent.key }))
  if (JSON.stringify(uuidsOf(answer)) !== JSON.stringify(sent.uuids))
    roster.findings.push(`${sent.key} was answered with other runs when it was repeated: ${shown(answer)}`)
}

export async function otherBody({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const sent = oneOf(roster.sent, pick)
  if (!sent) return
  const body = { ...Object([sent.body].flat()[0]), personId: `X${pick}` }
  const { status, body: told } = await ask(() => fleet.upstream.post(sent.path, body, { 'idempotency-key': sent.key }))
  if (status !== 409 || told.code !== 'IDEMPOTENCY_KEY_REUSED')
    roster.findings.push(`${sent.key} with another body was answered ${status} ${String(told.code)}`)
}

/** Without a key: a live run, the account that stands, or, where the earlier run was cancelled or failed, a new one. */
export async function samePerson({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
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

/** Asks once: an answer that is lost on its way is lost, and so is the password. */
export async function collect({ pick }: Act, { fleet, roster }: ActDeps): Promise<void> {
  const users = await fleet.database.prisma.sysUser.findMany({ select: { sysUserId: true }, orderBy: { sysUserId: 'desc' }, take: 50 })
  const sysUserId = oneOf(users, pick)?.sysUserId
  if (sysUserId === undefined) return
  const answer = await fleet.upstream.post(`/accounts/${sysUserId}/credential`, {}).catch(() => null)
  if (answer?.status !== 200) return
  if (roster.handedOut.has(sysUserId)) roster.findings.push(`The password of ${sysUserId} was handed out twice`)
  roster.handedOut.set(sysUserId, String(answer.body.initialPassword))
}

/** What was promised once is there from then on. */
export async function look({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const uuid = oneOf([...roster.accepted], pick)
  if (uuid === undefined) return
  const answer = await ask(() => fleet.reader.get(`/azure-data-sync/${uuid}`))
  if (answer.status !== 200) roster.findings.push(`${uuid} was promised, and looked for in vain: ${shown(answer)}`)
}
