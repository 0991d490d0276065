import type { Closure, Closures } from '../ledger.ts'

export function createInMemoryClosures(): Closures {
  const closures = new Map<string, Closure>()
  return {
    list: async () => [...closures.values()],
    async close(closure) {
      if (closures.has(closure.resource)) return false
      closures.set(closure.resource, closure)
      return true
    },
    async reopen({ resource }) {
      const closure = closures.get(resource) ?? null
      closures.delete(resource)
      return closure
    },
  }
}
