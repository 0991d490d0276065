/* What happened, counted: the evidence that fault tests and benchmarks read. */
export interface CounterReport {
  /** What came over the wire to /v1.0, a batch being one. */
  readonly httpRequests: number
  /** What was asked: every item of a batch counts, the batch itself does not. */
  readonly requests: number
  readonly writes: number
  readonly throttled: number
  readonly tokensIssued: number
  readonly maxConcurrent: number
  /** Requests that the official client repeated by itself (header Retry-Attempt). */
  readonly retryAttempts: number
  readonly batches: number
  readonly byRoute: Readonly<Record<string, number>>
  readonly byStatus: Readonly<Record<string, number>>
  readonly byFault: Readonly<Record<string, number>>
  /** Per lower-case user principal name: how often a create was tried, and how often it was committed. */
  readonly creates: Readonly<Record<string, { readonly attempts: number; readonly committed: number }>>
}

export type Counters = ReturnType<typeof createCounters>

export function createCounters() {
  let httpRequests = 0
  let requests = 0
  let writes = 0
  let throttled = 0
  let tokensIssued = 0
  let batches = 0
  let retryAttempts = 0
  let concurrent = 0
  let maxConcurrent = 0
  const byRoute = new Map<string, number>()
  const byStatus = new Map<string, number>()
  const byFault = new Map<string, number>()
  const creates = new Map<string, { attempts: number; committed: number }>()
  const createsOf = (upn: string) => {
    const key = upn.toLowerCase()
    const count = creates.get(key) ?? { attempts: 0, committed: 0 }
    creates.set(key, count)
    return count
  }
  return {
    connectionOpened() {
      httpRequests += 1
      concurrent += 1
      maxConcurrent = Math.max(maxConcurrent, concurrent)
    },
    connectionClosed() {
      concurrent -= 1
    },
    request({ route, writes: writeCount, isRetry }: { route: string; writes: number; isRetry: boolean }) {
      requests += 1
      writes += writeCount
      if (isRetry) retryAttempts += 1
      increment({ map: byRoute, key: route })
    },
    answered(status: number) {
      increment({ map: byStatus, key: String(status) })
      if (status === 429) throttled += 1
    },
    fault: (kind: string) => increment({ map: byFault, key: kind }),
    createTried: (upn: string) => void createsOf(upn).attempts++,
    createCommitted: (upn: string) => void createsOf(upn).committed++,
    tokenIssued: () => void tokensIssued++,
    batch: () => void batches++,
    report: (): CounterReport => ({
      httpRequests,
      requests,
      writes,
      throttled,
      tokensIssued,
      maxConcurrent,
      retryAttempts,
      batches,
      byRoute: Object.fromEntries(byRoute),
      byStatus: Object.fromEntries(byStatus),
      byFault: Object.fromEntries(byFault),
      creates: Object.fromEntries(structuredClone(creates)),
    }),
    clear() {
      httpRequests = requests = writes = throttled = tokensIssued = batches = retryAttempts = 0
      maxConcurrent = concurrent
      for (const map of [byRoute, byStatus, byFault, creates]) map.clear()
    },
  }
}

function increment({ map, key }: { map: Map<string, number>; key: string }): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}
