// Puts an account where it belongs. Every reference is added by a write of its own; "already there" is believed only when a read of the
// collection agrees, since Graph tells it by a sentence that it uses for other conflicts too. A read that disagrees means that its replica
// lags behind the one that refused the write: not yet, and the next try asks both again. A teacher becomes a member first: a crash in
// between leaves somebody with too few rights rather than too many, and the next try passes over what is there. Where an earlier try may
// have left something, the account's memberships are read first: reads are plenty, writes are what the tenant's quota counts.
import type { Directory, DirectoryCall, PlaceAnswer, Placement } from '@rollcall/provisioning'
import type { PlaceIds } from './create-place-ids.ts'
import { directoryError } from './directory-error.ts'
import { Created, IdPage } from './graph-bodies.ts'
import type { GraphRequest, Send } from './graph-request.ts'
import { readBody } from './read-body.ts'

/** An account that is in more places than fit on so many pages is beyond what a read may confirm. */
const MOST_PAGES = 20

type Collection = 'schoolUsers' | 'classMembers' | 'classTeachers'

const ADD: Record<Collection, string> = {
  schoolUsers: '/education/schools/{placeId}/users/$ref',
  classMembers: '/education/classes/{placeId}/members/$ref',
  classTeachers: '/education/classes/{placeId}/teachers/$ref',
}
/** Membership is read from the account's side: a school has thousands of users, a user few places. One read serves all classes of a try. */
const PLACES_OF: Record<Collection, string> = {
  schoolUsers: '/education/users/{azureId}/schools',
  classMembers: '/education/users/{azureId}/classes',
  classTeachers: '/education/users/{azureId}/taughtClasses',
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
  return async ({ azureId, placement, mayBeThere = false }, call) => {
    const placeId = await options.placeIds.find({ placement, isLaterTry: mayBeThere }, call)
    const references = collectionsFor(placement).map((collection) => ({ collection, placement, placeId, azureId, call }))
    const missing = mayBeThere ? await findMissing(options, references) : references
    if (missing === 'notVisible') return 'notVisible'
    for (const reference of missing) {
      const answer = await addReference(options, reference)
      if (answer !== 'placed') return answer
    }
    return 'placed'
  }
}

/** A replica that does not show the account would refuse the writes, too. */
async function findMissing(options: PlaceOptions, references: readonly Reference[]): Promise<readonly Reference[] | 'notVisible'> {
  const looks = await Promise.all(references.map((reference) => look(options, reference)))
  if (looks.includes('notVisible')) return 'notVisible'
  return references.filter((_, index) => looks[index] !== 'there')
}

function collectionsFor(placement: Placement): readonly Collection[] {
  if (placement.kind === 'school') return ['schoolUsers']
  return placement.role === 'teacher' ? ['classMembers', 'classTeachers'] : ['classMembers']
}

async function addReference(options: PlaceOptions, reference: Reference): Promise<PlaceAnswer> {
  const { collection, placeId, azureId, call } = reference
  const body = { '@odata.id': `${options.baseUrl}/v1.0/education/users/${encodeURIComponent(azureId)}` }
  const request: GraphRequest = { method: 'POST', route: ADD[collection], params: { placeId }, body, purpose: 'place' }
  const answer = await options.send(isOfClass(collection) ? { ...request, changes: placeId } : request, call)
  if (answer.kind === 'success') return 'placed'
  if (answer.kind === 'refused' && answer.meaning === 'alreadyThere')
    return (await look(options, reference)) === 'there' ? 'placed' : 'notVisible'
  if (answer.kind === 'refused' && answer.meaning === 'missing') return findWhatIsMissing(options, reference)
  throw directoryError(answer)
}

/** A class is a group of thirty whose pupils tend to come together; to keep those of a school apart would slow every import of one. */
function isOfClass(collection: Collection): boolean {
  return collection !== 'schoolUsers'
}

async function look(
  { send }: PlaceOptions,
  { collection, placeId, azureId, call }: Reference,
): Promise<'there' | 'notThere' | 'notVisible'> {
  let next: { query: Record<string, string> } | null = { query: { $select: 'id' } }
  for (let page = 0; next && page < MOST_PAGES; page += 1) {
    const route = PLACES_OF[collection]
    const answer = await send({ method: 'GET', route, params: { azureId }, query: next.query, purpose: 'read' }, call)
    const places = readBody(answer, IdPage)
    if (places === null) return 'notVisible'
    if (places.value.some(({ id }) => id === placeId)) return 'there'
    next = places['@odata.nextLink'] === undefined ? null : { query: queryOf(places['@odata.nextLink']) }
  }
  return 'notThere'
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
  await placeIds.find({ placement, isLaterTry: true }, call)
  return 'notVisible'
}
