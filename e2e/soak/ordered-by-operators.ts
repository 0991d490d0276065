// What operators do to the fleet: they cancel, mend what the directory refuses, and replay.
import { student } from '../support/people.ts'
import type { ActDeps } from './act.ts'
import { single } from './asked-from-outside.ts'
import type { Act } from './plan-soak.ts'
import { oneOf, shown } from './roster.ts'

const reason = 'The soak test asks for it.'

export async function cancel({ pick }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  // The latest ones are most likely to be under way.
  const uuid = oneOf([...roster.promised.values()].slice(-40), pick)
  if (uuid === undefined) return
  const { status, body } = await ask(() => fleet.operator.post(`/azure-data-sync/${uuid}/cancel`, { reason }))
  if (status === 202) roster.cancelled.add(uuid)
  else if (body.code !== 'RUN_ENDED') roster.findings.push(`The order to cancel ${uuid} was answered ${status} ${String(body.code)}`)
}

/** The directory will not take this person until it is told otherwise: the run fails. */
export async function poison(act: Act, deps: ActDeps): Promise<void> {
  const { fleet, roster } = deps
  const { personId } = student(roster.next)
  const { id } = await fleet.simulatorLevers.post<{ id: string }>('/faults', {
    match: { method: 'POST', pathPattern: '/education/users', bodyContains: personId },
    fault: { kind: 'error', status: 400, code: 'Request_BadRequest' },
  })
  roster.poisoned.set(personId, id)
  await single(act, deps)
}

export async function replay({ pick }: Act, deps: ActDeps): Promise<void> {
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
export async function cohort({ atMs }: Act, { ask, fleet, roster }: ActDeps): Promise<void> {
  const filter = { process: 'account-create', errorCode: 'DIRECTORY_REFUSED_DATA' }
  const counted = await ask(() => fleet.operator.post('/replays', { filter, dryRun: true }))
  const expectedCount = Number(counted.body.count)
  if (expectedCount === 0) return
  const key = { 'idempotency-key': `soak-cohort-${atMs}` }
  const answer = await ask(() => fleet.operator.post('/replays', { filter, expectedCount, reason }, key))
  if (answer.status !== 202 && answer.body.code !== 'COHORT_CHANGED') roster.findings.push(`A cohort was answered ${shown(answer)}`)
}
