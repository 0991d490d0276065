// A bounded memory of look-ups by key. Callers that ask for the same key at the same time share one look-up, which no single caller's signal
// can stop; each leaves on its own. Answers are kept for as long as `keepMs` says of them; failures are never kept.
import { abortable } from './abortable.ts'

export interface SharedLookup<Value> {
  get(key: string, caller: { readonly signal: AbortSignal; readonly runUuid: string }): Promise<Value>
  forget(key: string): void
}

interface Held<Value> {
  readonly value: Value
  readonly until: number
}

export function createSharedLookup<Value>({
  load,
  keepMs,
  limit,
  now,
}: {
  /** Gets the run of whoever asked first, for correlation. */
  readonly load: (key: string, runUuid: string) => Promise<Value>
  readonly keepMs: (value: Value) => number
  /** The longest unused answers go first. */
  readonly limit: number
  readonly now: () => number
}): SharedLookup<Value> {
  const held = new Map<string, Held<Value>>()
  const pending = new Map<string, Promise<Value>>()

  function keep({ key, value }: { key: string; value: Value }): void {
    held.delete(key)
    held.set(key, { value, until: now() + keepMs(value) })
    const [oldest] = held.keys()
    if (held.size > limit && oldest !== undefined) held.delete(oldest)
  }

  function start({ key, runUuid }: { key: string; runUuid: string }): Promise<Value> {
    const loading = load(key, runUuid)
      .then((value) => {
        if (pending.get(key) === loading) keep({ key, value })
        return value
      })
      .finally(() => {
        if (pending.get(key) === loading) pending.delete(key)
      })
    pending.set(key, loading)
    return loading
  }

  return {
    get(key, { signal, runUuid }) {
      const known = held.get(key)
      if (known && known.until > now()) {
        held.delete(key)
        held.set(key, known)
        return Promise.resolve(known.value)
      }
      return abortable({ promise: pending.get(key) ?? start({ key, runUuid }), signal })
    },
    forget(key) {
      held.delete(key)
      // A look-up that is under way may have read before whatever made the caller doubt: its callers get it, nobody later.
      pending.delete(key)
    },
  }
}
