/*
 * The faults on demand. Rules are asked in the order in which they were added; the first that matches and fires wins.
 * A rule counts what it matched and what it fired, so a test can tell that its fault really happened.
 */
import { randomUUID } from 'node:crypto'
import { createRandom } from './create-random.ts'
import { type Fault, FaultRule, type FaultRuleInput } from './fault-rule.ts'

const TOKEN_PATH = '/oauth2/v2.0/token'

export interface FaultSubject {
  readonly method: string
  readonly path: string
  readonly body: unknown
  /** The token endpoint is touched only by rules that name it. */
  readonly isTokenRequest?: boolean
  /** Asked only by rules that name a user or class. */
  readonly upns: () => readonly string[]
  readonly classIds: () => readonly string[]
}

export interface InstalledFault {
  readonly id: string
  readonly rule: FaultRule
  readonly matched: number
  readonly fired: number
  readonly spent: boolean
}

export interface Faults {
  add(rule: FaultRuleInput): string
  remove(id: string): boolean
  clear(): void
  list(): readonly InstalledFault[]
  /** The fault for this request, or undefined; counts. */
  pick(subject: FaultSubject): Fault | undefined
}

interface Installed {
  readonly id: string
  readonly rule: FaultRule
  readonly path: RegExp | undefined
  matched: number
  fired: number
}

export function createFaults({ seed }: { seed: number }): Faults {
  const random = createRandom({ seed, stream: 'faults' })
  let installed: Installed[] = []
  const fires = ({ rule, matched, fired }: Installed): boolean => {
    const past = matched - (rule.after ?? 0)
    if (past <= 0) return false
    if (rule.times !== undefined && fired >= rule.times) return false
    if (rule.every !== undefined && past % rule.every !== 0) return false
    return rule.probability === undefined || random() < rule.probability
  }
  return {
    add(input) {
      const rule = FaultRule.parse(input)
      const id = randomUUID()
      installed.push({ id, rule, path: compile(rule.match.pathPattern), matched: 0, fired: 0 })
      return id
    },
    remove(id) {
      const before = installed.length
      installed = installed.filter((fault) => fault.id !== id)
      return installed.length < before
    },
    clear() {
      installed = []
    },
    list: () =>
      installed.map(({ id, rule, matched, fired }) => ({
        id,
        rule,
        matched,
        fired,
        spent: rule.times !== undefined && fired >= rule.times,
      })),
    pick(subject) {
      for (const fault of installed) {
        if (!matches({ fault, subject })) continue
        fault.matched += 1
        if (!fires(fault)) continue
        fault.fired += 1
        return fault.rule.fault
      }
      return undefined
    },
  }
}

function matches({ fault, subject }: { fault: Installed; subject: FaultSubject }): boolean {
  const { method, pathPattern, bodyContains, upn, classId } = fault.rule.match
  if (subject.isTokenRequest === true && pathPattern?.endsWith(TOKEN_PATH) !== true) return false
  if (method !== undefined && method !== subject.method) return false
  if (fault.path !== undefined && !fault.path.test(subject.path)) return false
  if (bodyContains !== undefined && !(JSON.stringify(subject.body) ?? '').includes(bodyContains)) return false
  if (upn !== undefined && !subject.upns().some((candidate) => candidate.toLowerCase() === upn.toLowerCase())) return false
  return classId === undefined || subject.classIds().includes(classId)
}

function compile(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]+' : part.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&')))
    .join('')
  return new RegExp(`^${source}$`)
}
