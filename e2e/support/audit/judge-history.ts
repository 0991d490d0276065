// Whether the history of a run tells the whole of its life: every version was left by an answer, none twice, and the result is what the
// successes brought.
import { isDeepStrictEqual } from 'node:util'
import { type JsonObject, withReceived } from '@rollcall/engine'

export interface JudgedRun {
  readonly uuid: string
  readonly version: number
  readonly dueAt: Date | null
  readonly resultObject: string
}

/** In the order of writing. */
export interface JudgedEvent {
  readonly operationType: string
  readonly status: string
  readonly state: string
  readonly version: number
  readonly receivedData: string | null
}

/** What is wrong with it, in words; empty for a sound one. */
export function judgeHistory({ run, events }: { readonly run: JudgedRun; readonly events: readonly JudgedEvent[] }): string[] {
  const counted = events.filter(({ status }) => status !== 'superseded')
  const successes = counted.filter(({ status }) => status === 'success')
  const replays = new Set(counted.filter(isReplay).map(({ version }) => version))
  const left = new Set(counted.filter((event) => event.status !== 'not_yet' && !isReplay(event)).map(({ version }) => version))
  const versions = Array.from({ length: run.version - 1 }, (_, index) => index + 1)
  // A version in which the run had ended is left by a replay, whose row carries the next one.
  const gaps = versions.filter((version) => !left.has(version) && !replays.has(version + 1))
  const twice = [...Map.groupBy(successes, ({ version }) => version)].filter(([, some]) => some.length > 1)
  const beyond = counted.filter(({ version }) => version > run.version || (run.dueAt === null && version === run.version))
  const fold = successes.reduce<JsonObject>((result, event) => withReceived(result, { ...event, receivedData: jsonOf(event) }), {})
  const name = (what: string) => `${run.uuid}: ${what}`
  return [
    ...gaps.map((version) => name(`nothing tells how it left version ${version}`)),
    ...twice.map(([version]) => name(`it left version ${version} twice`)),
    ...beyond.map(({ version, operationType }) => name(`${operationType} of version ${version}, which it never worked`)),
    ...(isDeepStrictEqual(fold, JSON.parse(run.resultObject)) ? [] : [name('its result is not the fold of its history')]),
  ]
}

function isReplay({ operationType, status }: JudgedEvent): boolean {
  return status === 'note' && operationType === 'REPLAYED'
}

function jsonOf({ receivedData }: JudgedEvent): JsonObject | null {
  return receivedData === null ? null : (JSON.parse(receivedData) as JsonObject)
}
