// Who looked at whom. What must always hold: nobody is shown a person before the row that says so is committed; if it cannot be written, the
// reader is refused. A row never names a run: it may be written in the moment in which the person is erased, and would lead to what is kept of
// them under a pseudonym.
import { type AuditEntry, type Clock, type EpochMs, gather, type JsonObject, type Run } from '@rollcall/engine'
import type { ApiRole } from '../api-keys.ts'
import type { AuditLog } from '../audit-log.ts'

export interface PersonReads {
  /** Before somebody is shown these people. */
  note(read: Reader & { readonly personIds: readonly string[] }): Promise<void>
  /** Before somebody is shown rows of an import: everybody in it counts as read. */
  noteImport(read: Reader & { readonly importId: string }): Promise<void>
  /** Before somebody is shown a list of many people: one row with what it was narrowed by, since one for each would bury the log. */
  noteList(read: Reader & { readonly list: string }): Promise<void>
}

interface Reader {
  readonly actor: string
  readonly role: ApiRole
  /** The senders of what is shown; null where that is nobody's request. */
  readonly requestedBy: readonly string[] | null
  /** Never names, nor anything else of the people. */
  readonly details: JsonObject
}

/** Machines that ask for what they sent read nobody. */
const MACHINES: ReadonlySet<ApiRole> = new Set(['upstream', 'service'])
/** Whoever reads the same again within this time is in the log already: dashboards ask every few seconds. */
const SAME_READ_MS = 60_000
const ENTRIES_PER_FLUSH = 250
const MOST_REMEMBERED = 20_000

export function createPersonReads({
  audit,
  clock,
  newId,
}: {
  readonly audit: Pick<AuditLog, 'appendAll'>
  readonly clock: Clock
  readonly newId: () => string
}): PersonReads {
  /** Until when a read needs no row, in the order of writing. */
  const noted = new Map<string, EpochMs>()
  const append = gather<AuditEntry, true>({
    max: ENTRIES_PER_FLUSH,
    async flush(entries) {
      await audit.appendAll(entries)
      return entries.map(() => true as const)
    },
  })

  async function noteOnce(
    { actor, role, requestedBy, details }: Reader,
    { targetType, targetId }: Pick<AuditEntry, 'targetType' | 'targetId'>,
  ) {
    if (MACHINES.has(role) && requestedBy?.every((sender) => sender === actor)) return
    const now = clock.now()
    // Lists differ by what they are narrowed by; a person is the same person everywhere.
    const key = JSON.stringify([actor, targetType, targetId, targetType === 'list' && details])
    const until = noted.get(key) ?? Number.NEGATIVE_INFINITY
    // A clock that was set back must not hide reads for as long as it was wrong.
    if (now < until && until - now <= SAME_READ_MS) return
    await append({ id: newId(), at: now, actor, action: 'person.read', targetType, targetId, reason: 'none asked for', details })
    noted.delete(key)
    noted.set(key, now + SAME_READ_MS)
    forget(now)
  }

  function forget(now: EpochMs): void {
    for (const [key, until] of noted) {
      if (until > now && noted.size <= MOST_REMEMBERED) return
      noted.delete(key)
    }
  }

  return {
    async note({ personIds, ...reader }) {
      await Promise.all([...new Set(personIds)].map((targetId) => noteOnce(reader, { targetType: 'person', targetId })))
    },
    noteImport: ({ importId, ...reader }) => noteOnce(reader, { targetType: 'import', targetId: importId }),
    noteList: ({ list, ...reader }) => noteOnce(reader, { targetType: 'list', targetId: list }),
  }
}

/** Whom a run tells of. Runs that sweep, probe or replay are about nobody. */
export function personsIn({ input }: Pick<Run, 'input'>): string[] {
  return typeof input.personId === 'string' ? [input.personId] : []
}
