// The register's ids of schools and classes, as ids of the directory. A place hardly ever changes its id, so an answer is kept for an hour;
// that a place is missing is kept for seconds, so that a class of thirty asks once, and never believed on a later try: what was missing then
// may be the reason why somebody tries again.
import { TerminalError } from '@rollcall/engine'
import { type DirectoryCall, type Placement, provisioningErrors } from '@rollcall/provisioning'
import { createSharedLookup } from './create-shared-lookup.ts'
import { IdPage } from './graph-bodies.ts'
import type { Send } from './graph-request.ts'
import { readBody } from './read-body.ts'

const KNOWN_MS = 3_600_000
const MISSING_MS = 5_000
const LIMIT = 20_000

const COLLECTION = { school: '/education/schools', class: '/education/classes' } as const
const MISSING = { school: provisioningErrors.SCHOOL_NOT_IN_DIRECTORY, class: provisioningErrors.CLASS_NOT_IN_DIRECTORY } as const

export interface PlaceIds {
  /** @throws TerminalError SCHOOL_NOT_IN_DIRECTORY, CLASS_NOT_IN_DIRECTORY, DIRECTORY_AMBIGUOUS */
  find(wanted: { readonly placement: Placement; readonly isLaterTry: boolean }, call: DirectoryCall): Promise<string>
  /** The directory did not know the id that we gave it. */
  forget(placement: Placement): void
}

export function createPlaceIds({ send, now }: { readonly send: Send; readonly now: () => number }): PlaceIds {
  const lookup = createSharedLookup<readonly string[]>({
    now,
    limit: LIMIT,
    keepMs: (ids) => (ids.length === 0 ? MISSING_MS : KNOWN_MS),
    load: async (key, caller) => {
      const { kind, externalId } = fromKey(key)
      // Two are enough to know that there are several. `eq` without ConsistencyLevel reads the directory itself, not its lagging index.
      const query = { $filter: `externalId eq '${externalId.replaceAll("'", "''")}'`, $select: 'id', $top: '2' }
      const call = { ...caller, signal: new AbortController().signal }
      const page = readBody(await send({ method: 'GET', route: COLLECTION[kind], query, purpose: 'read' }, call), IdPage)
      return page?.value.map(({ id }) => id) ?? []
    },
  })

  return {
    async find({ placement, isLaterTry }, call) {
      const ids = await lookup.get(toKey(placement), call, (kept) => kept.length > 0 || !isLaterTry)
      const [id] = ids
      if (id === undefined) throw new TerminalError(MISSING[placement.kind], `${placement.kind} ${externalIdOf(placement)}`)
      if (ids.length > 1) {
        // Not worth remembering: an operator is about to clear it up.
        lookup.forget(toKey(placement))
        throw new TerminalError(provisioningErrors.DIRECTORY_AMBIGUOUS, `${placement.kind} ${externalIdOf(placement)}`)
      }
      return id
    },
    forget: (placement) => lookup.forget(toKey(placement)),
  }
}

function externalIdOf(placement: Placement): string {
  return placement.kind === 'school' ? placement.schoolId : placement.classId
}

function toKey(placement: Placement): string {
  return `${placement.kind} ${externalIdOf(placement)}`
}

function fromKey(key: string): { kind: Placement['kind']; externalId: string } {
  const kind = key.startsWith('school ') ? 'school' : 'class'
  return { kind, externalId: key.slice(kind.length + 1) }
}
