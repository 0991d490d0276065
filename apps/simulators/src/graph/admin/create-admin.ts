/* The levers of the simulator, as functions: the HTTP endpoints and in-process tests pull the same ones. */

import type { CounterReport } from '../create-counters.ts'
import type { InstalledFault } from '../create-faults.ts'
import type { GraphCore } from '../create-graph-core.ts'
import type { ThrottleSettings } from '../create-throttle.ts'
import type { FaultRuleInput } from '../fault-rule.ts'
import { LagBody, type LagInput, type SeedInput, ThrottleBody, type ThrottleInput } from './admin-schemas.ts'
import { auditDirectory, type DirectoryState, type DuplicateMarker, findDuplicates } from './audit-directory.ts'
import { type Seeded, seedDirectory } from './seed-directory.ts'

export interface GraphAdmin {
  addFault(rule: FaultRuleInput): string
  removeFault(id: string): boolean
  clearFaults(): void
  faults(): readonly InstalledFault[]
  counters(): CounterReport
  clearCounters(): void
  seed(input: SeedInput): Seeded
  state(): DirectoryState
  duplicates(): readonly DuplicateMarker[]
  setLag(input: LagInput): void
  setThrottle(input: ThrottleInput): ThrottleSettings
  expireTokens(): void
  /** Empties the tenant and forgets faults, counters, hides and used quota. Settings and issued tokens stay. */
  reset(): void
}

export function createAdmin(core: GraphCore): GraphAdmin {
  const { directory, replication, throttle, faults, counters } = core
  return {
    addFault: (rule) => faults.add(rule),
    removeFault: (id) => faults.remove(id),
    clearFaults: () => faults.clear(),
    faults: () => faults.list(),
    counters: () => counters.report(),
    clearCounters: () => counters.clear(),
    seed(input) {
      const seeded = seedDirectory({ directory, input })
      core.onWrite()
      return seeded
    },
    state: () => auditDirectory(directory),
    duplicates: () => findDuplicates(directory),
    setLag(input) {
      const lag = LagBody.parse(input)
      if ('maxMs' in lag) return replication.configure(lag)
      const { hide: name, ms, replicas } = lag
      const record = directory.users.get(name) ?? directory.userByUpn(name) ?? directory.classes.get(name) ?? directory.schools.get(name)
      if (record === undefined) return replication.hideNext({ name, ms, replicas })
      record.visibility = replication.hiddenFor({ ms, replicas })
    },
    setThrottle(input) {
      const changes = ThrottleBody.parse(input)
      const before = throttle.settings()
      throttle.configure({
        enabled: changes.enabled ?? before.enabled,
        resourceUnits: changes.resourceUnits ?? before.resourceUnits,
        writes: changes.writes ?? before.writes,
      })
      return throttle.settings()
    },
    expireTokens: () => core.tokens.expireAll(),
    reset() {
      directory.clear()
      replication.forgetHides()
      faults.clear()
      counters.clear()
      throttle.empty()
      core.onWrite()
    },
  }
}
