// Answers a request that is repeated under its Idempotency-Key: with the runs of the first time, as they stand now, in the ledger or in the archive.
import type { JsonObject, Run } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import { accountCreate } from '@rollcall/provisioning'
import { z } from 'zod'
import { apiErrors } from '../problems/api-errors.ts'
import { AccountSlot, type StandingRun, settleSlots } from './account-slots.ts'
import type { AccountsAnswered, AccountsAsked, CreateAccountsDeps } from './create-accounts.ts'

/** The clocks of two instances may differ by this much. */
const CLOCK_TOLERANCE_MS = 10_000
const ARCHIVED_PER_LOOK = 1_000
/** Runs of one person, of which few are newer than the one that is looked for. */
const MOST_OF_PERSON = 50

type Deps = Pick<CreateAccountsDeps, 'ledger' | 'queries' | 'archive'>

export async function answerAgain({
  asked: { kind, request },
  first,
  deps,
}: {
  readonly asked: Pick<AccountsAsked, 'kind' | 'request'>
  readonly first: { readonly groupUuid: string; readonly items: readonly JsonObject[] }
  readonly deps: Deps
}): Promise<AccountsAnswered> {
  const slots = z.array(AccountSlot).parse(first.items)
  const uuids = slots.flatMap((slot) => ('uuid' in slot ? [slot.uuid] : []))
  const begun = await begunRuns({ uuids, groupUuid: first.groupUuid, deps })
  const standing = new Map(begun.map((run): [string, StandingRun] => [run.uuid, { ...run, begun: true }]))
  for (const [index, slot] of slots.entries()) {
    const item = request.items[index]
    if (!('uuid' in slot) || standing.has(slot.uuid) || !item || !('body' in item)) continue
    standing.set(slot.uuid, await standingThen({ personId: item.body.personId, uuid: slot.uuid, deps }))
  }
  return { groupUuid: first.groupUuid, results: settleSlots({ slots, standing, kind }), repeated: true }
}

/** Those of the runs that the request began; the others were prepared and not needed. */
async function begunRuns({
  uuids,
  groupUuid,
  deps: { archive, ledger },
}: {
  readonly uuids: readonly string[]
  readonly groupUuid: string
  readonly deps: Deps
}): Promise<readonly Run[]> {
  if (uuids.length === 0) return []
  const found: Run[] = [...(await ledger.read(uuids))]
  if (found.length === uuids.length) return found
  const wanted = new Set(uuids)
  let after: Awaited<ReturnType<typeof archive.list>>['next'] = null
  do {
    const page = await archive.list({ groupUuid }, { after, limit: ARCHIVED_PER_LOOK })
    found.push(...page.runs.filter(({ uuid }) => wanted.has(uuid)))
    after = page.next
  } while (after !== null)
  return found
}

/** The run that had the person when a run was prepared under this uuid and was not needed. */
async function standingThen({
  personId,
  uuid,
  deps: { archive, queries },
}: {
  readonly personId: string
  readonly uuid: string
  readonly deps: Deps
}): Promise<StandingRun> {
  const filter = { subjectId: personId, createdTo: timeOf(uuid) + CLOCK_TOLERANCE_MS }
  const process = accountCreate.name
  const [live] = (await queries.list({ ...filter, process }, { after: null, limit: 1 })).runs
  const run = live ?? (await archive.list(filter, { after: null, limit: MOST_OF_PERSON })).runs.find((one) => one.process === process)
  if (!run) throw refusal(apiErrors.NOT_FOUND, { detail: 'The run that this request was answered with is no longer kept.' })
  return { ...run, begun: false }
}

/** The milliseconds that a UUIDv7 begins with. */
function timeOf(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)
}
