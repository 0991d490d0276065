// A bounded memory of look-ups by key. Callers that ask for the same key at the same time share one look-up, which no single caller's signal
// can stop; each leaves on its own. Answers are kept for as long as `keepMs` says of them; failures are never kept. Who must be quick does not
// join a look-up that may wait for company.
import type { DirectoryCall } from '@rollcall/provisioning'
import { abortable } from './abortable.ts'

export interface SharedLookup<Value> {
  /** @param isEnough whether a kept answer will do for this caller; @defaultValue any will */
  get(key: string, caller: DirectoryCall, isEnough?: (kept: Value) => boolean): Promise<Value>
  forget(key: string): void
}

interface Held<Value> {
  readonly value: Value
  readonly until: number
}

interface Pending<Value> {
  readonly answer: Promise<Value>
  readonly bulk: boolean
}

export function createSharedLookup<Value>({
  load,
  keepMs,
  limit,
  now,
}: {
  /** Gets what is known of whoever asked first, but for the signal, since others may come to wait for the same. */
  readonly load: (key: string, caller: Omit<DirectoryCall, 'signal'>) => Promise<Value>
  readonly keepMs: (value: Value) => number
  /** The longest unused answers go first. */
  readonly limit: number
  readonly now: () => number
}): SharedLookup<Value> {
  const held = new Map<string, Held<Value>>()
  const pending = new Map<string, Pending<Value>>()

  function keep({ key, value }: { key: string; value: Value }): void {
    held.delete(key)
    held.set(key, { value, until: now() + keepMs(value) })
    const [oldest] = held.keys()
    if (held.size > limit && oldest !== undefined) held.delete(oldest)
  }

  function start({ key, caller }: { key: string; caller: DirectoryCall }): Promise<Value> {
    const { signal: _, ...known } = caller
    const isLatest = () => pending.get(key)?.answer === answer
    const answer = load(key, known)
      .then((value) => {
        if (isLatest()) keep({ key, value })
        return value
      })
      .finally(() => {
        if (isLatest()) pending.delete(key)
      })
    pending.set(key, { answer, bulk: caller.bulk })
    return answer
  }

  function underWay({ key, caller }: { key: string; caller: DirectoryCall }): Promise<Value> | null {
    const found = pending.get(key)
    return found && (caller.bulk || !found.bulk) ? found.answer : null
  }

  return {
    async get(key, caller, isEnough = () => true) {
      const known = held.get(key)
      if (known && known.until > now() && isEnough(known.value)) {
        held.delete(key)
        held.set(key, known)
        return known.value
      }
      // Before anything is begun: nobody would hear of its failure.
      caller.signal.throwIfAborted()
      return abortable({ promise: underWay({ key, caller }) ?? start({ key, caller }), signal: caller.signal })
    },
    forget(key) {
      held.delete(key)
      // A look-up that is under way may have read before whatever made the caller doubt: its callers get it, nobody later.
      pending.delete(key)
    },
  }
}
