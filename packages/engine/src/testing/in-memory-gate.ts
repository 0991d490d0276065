import type { ResourceGate } from '../resource-gate.ts'

/** So long those who have met a systemic error leave the probe to others. */
const YIELD_MS = 15_000

/** A gate without a budget: it opens and closes as the real one does, and counts who enters. */
export function createInMemoryGate(): ResourceGate & { readonly entered: (resource: string) => number } {
  const pausedUntil = new Map<string, number>()
  const closed = new Map<string, { probeAt: number; probeEveryMs: number }>()
  const systemic = new Map<string, { readonly runs: Set<string>; readonly since: number; errors: number }>()
  const entries = new Map<string, number>()

  return {
    entered: (resource) => entries.get(resource) ?? 0,
    async enter({ resource, uuid, now }) {
      const until = pausedUntil.get(resource) ?? 0
      if (now < until) return { kind: 'wait', ms: until - now, closed: true }
      const closing = closed.get(resource)
      const probeAt = closing && closing.probeAt + (systemic.get(resource)?.runs.has(uuid) ? YIELD_MS : 0)
      if (probeAt !== undefined && now < probeAt) return { kind: 'wait', ms: probeAt - now, closed: true }
      if (closing) closing.probeAt = now + closing.probeEveryMs
      entries.set(resource, (entries.get(resource) ?? 0) + 1)
      return { kind: 'open', probe: closing !== undefined }
    },
    async pause({ resource, forMs, now }) {
      pausedUntil.set(resource, Math.max(now + forMs, pausedUntil.get(resource) ?? 0))
    },
    async noteSystemic({ resource, uuid, now }) {
      const noted = systemic.get(resource) ?? { runs: new Set(), since: now, errors: 0 }
      systemic.set(resource, noted)
      noted.runs.add(uuid)
      noted.errors += 1
      return { runs: noted.runs.size, errors: noted.errors, forMs: now - noted.since }
    },
    async noteSuccess({ resource }) {
      systemic.delete(resource)
    },
    async close({ resource, probeEveryMs, now }) {
      if (!closed.has(resource)) closed.set(resource, { probeAt: now + probeEveryMs, probeEveryMs })
    },
    async isClosed({ resource }) {
      return closed.has(resource)
    },
    async reopen({ resource }) {
      closed.delete(resource)
      systemic.delete(resource)
    },
  }
}
