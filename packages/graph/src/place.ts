// Puts an account where it belongs. Every reference is added by a write of its own; "already there" is believed only when a read of the
// collection agrees, since Graph tells it by a sentence that it uses for other conflicts too. A read that disagrees means that its replica
// lags behind the one that refused the write: not yet, and the next try asks both again. A teacher becomes a member first: a crash in
// between leaves somebody with too few rights rather than too many, and the next try passes over what is there.
import type { Directory, DirectoryCall, PlaceAnswer, Placement } from '@rollcall/provisioning'
import type { PlaceIds } from './create-place-ids.ts'
import type { Send } from './create-transport.ts'
import { directoryError } from './directory-error.ts'
import { Created, IdPage } from './graph-bodies.ts'
import { readBody } from './read-body.ts'

/** A class of more than this many pages of members is beyond what a read may confirm. */
const MOST_PAGES = 20

type Collection = 'schoolUsers' | 'classMembers' | 'classTeachers'

const ADD: Record<Collection, string> = {
  schoolUsers: '/education/schools/{placeId}/users/$ref',
  classMembers: '/education/classes/{placeId}/members/$ref',
  classTeachers: '/education/classes/{placeId}/teachers/$ref',
}
/** Where the membership is read: a school has thousands of users, a user has few schools. */
const CONFIRM: Record<Collection, string> = {
  schoolUsers: '/education/users/{azureId}/schools',
  classMembers: '/education/classes/{placeId}/members',
  classTeachers: '/education/classes/{placeId}/teachers',
}
const PLACE: Record<Placement['kind'], string> = { school: '/education/schools/{placeId}', class: '/education/classes/{placeId}' }

interface Reference {
  readonly collection: Collection
  readonly placement: Placement
  readonly placeId: string
  readonly azureId: string
  readonly call: DirectoryCall
}

interface PlaceOptions {
  readonly send: Send
  readonly placeIds: PlaceIds
  readonly baseUrl: string
}

export function makePlace(options: PlaceOptions): Directory['place'] {
  return async ({ azureId, placement }, call) => {
    const placeId = await options.placeIds.find(placement, call)
    for (const collection of collectionsFor(placement)) {
      const answer = await addReference(options, { collection, placement, placeId, azureId, call })
      if (answer !== 'placed') return answer
    }
    return 'placed'
  }
}

function collectionsFor(placement: Placement): readonly Collection[] {
  if (placement.kind === 'school') return ['schoolUsers']
  return placement.role === 'teacher' ? ['classMembers', 'classTeachers'] : ['classMembers']
}

async function addReference(options: PlaceOptions, reference: Reference): Promise<PlaceAnswer> {
  const { collection, placeId, azureId, call } = reference
  const body = { '@odata.id': `${options.baseUrl}/v1.0/education/users/${encodeURIComponent(azureId)}` }
  const answer = await options.send({ method: 'POST', route: ADD[collection], params: { placeId }, body, purpose: 'place' }, call)
  if (answer.kind === 'success') return 'placed'
  if (answer.kind === 'refused' && answer.meaning === 'alreadyThere') return (await isThere(options, reference)) ? 'placed' : 'notVisible'
  if (answer.kind === 'refused' && answer.meaning === 'missing') return findWhatIsMissing(options, reference)
  throw directoryError(answer)
}

async function isThere({ send }: PlaceOptions, { collection, placeId, azureId, call }: Reference): Promise<boolean> {
  const wanted = collection === 'schoolUsers' ? placeId : azureId
  let next: { query: Record<string, string> } | null = { query: { $select: 'id' } }
  for (let page = 0; next && page < MOST_PAGES; page += 1) {
    const answer = await send(
      { method: 'GET', route: CONFIRM[collection], params: { placeId, azureId }, query: next.query, purpose: 'read' },
      call,
    )
    const ids = readBody(answer, IdPage)
    if (ids?.value.some(({ id }) => id === wanted)) return true
    next = ids?.['@odata.nextLink'] === undefined ? null : { query: queryOf(ids['@odata.nextLink']) }
  }
  return false
}

/** The next page is the same collection with another query; its host is ours, whatever the link says. */
function queryOf(nextLink: string): Record<string, string> {
  return Object.fromEntries(new URL(nextLink).searchParams)
}

/** Graph's 404 does not say which of the two it misses, so the place is read: if it is there, the account is what is not visible. */
async function findWhatIsMissing({ send, placeIds }: PlaceOptions, { placement, placeId, call }: Reference): Promise<PlaceAnswer> {
  const query = { $select: 'id' }
  const place = readBody(
    await send({ method: 'GET', route: PLACE[placement.kind], params: { placeId }, query, purpose: 'read' }, call),
    Created,
  )
  if (place !== null) return 'notVisible'
  // The id that we kept may be of a place that was made anew since: ask by the register's id. No answer to that ends it here.
  placeIds.forget(placement)
  await placeIds.find(placement, call)
  return 'notVisible'
}
