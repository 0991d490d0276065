// A bounded memory of look-ups by key. Callers that ask for the same key at the same time share one look-up, which no single caller's signal
// can stop; each leaves on its own. Answers are kept for as long as `keepMs` says of them; failures are never kept.
import type { DirectoryCall } from '@rollcall/provisioning'
import { abortable } from './abortable.ts'

export interface SharedLookup<Value> {
  get(key: string, caller: DirectoryCall): Promise<Value>
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
  /** Gets what is known of whoever asked first, but for the signal, since others may come to wait for the same. */
  readonly load: (key: string, caller: Omit<DirectoryCall, 'signal'>) => Promise<Value>
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

  function start({ key, caller }: { key: string; caller: DirectoryCall }): Promise<Value> {
    const { signal: _, ...known } = caller
    const loading = load(key, known)
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
    get(key, caller) {
      const known = held.get(key)
      if (known && known.until > now()) {
        held.delete(key)
        held.set(key, known)
        return Promise.resolve(known.value)
      }
      return abortable({ promise: pending.get(key) ?? start({ key, caller }), signal: caller.signal })
    },
    forget(key) {
      held.delete(key)
      // A look-up that is under way may have read before whatever made the caller doubt: its callers get it, nobody later.
      pending.delete(key)
    },
  }
}
