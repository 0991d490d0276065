// What the service said of each key. What must always hold: each key that was asked for has an answer, and "none" is only ever what the service
// said; one record that cannot be read takes none of the others with it; of what cannot be read nothing is told but where it stands and its shape.
import { TerminalError } from '@rollcall/engine'
import { type RegistrationAnswer, type RegistrationKey, statusSyncErrors } from '@rollcall/status-sync'
import type { z } from 'zod'
import { shapeOf } from './shape-of.ts'
import { Asked, BatchEnvelope, ReadBatchItem } from './wire.ts'

/** From so many keys on, … */
const FEWEST_FOR_NONSENSE = 4
/** … an answer of which at least so much cannot be read says nothing of single records: the service, or what stands before it, is not what we take it for. */
const NONSENSE_SHARE = 0.5

type Unreadable = Extract<RegistrationAnswer, { kind: 'unreadable' }>

/** @returns by `nameOf` the key; @throws TerminalError REGISTRATIONS_UNREADABLE */
export function readBatch({
  text,
  keys,
}: {
  readonly text: string
  readonly keys: readonly RegistrationKey[]
}): ReadonlyMap<string, RegistrationAnswer> {
  const envelope = BatchEnvelope.safeParse(jsonOf(text))
  if (!envelope.success) throw nonsense('The body is not what was agreed.')
  const said = new Map<string, RegistrationAnswer>()
  for (const item of envelope.data.data) {
    const key = keyOf(item)
    // Of two answers to one question, none is believed.
    if (key !== null) said.set(key, said.has(key) ? { kind: 'unreadable', field: 'asked', shape: 'a second answer' } : answerOf(item))
  }
  const answers = new Map(keys.map((key) => [nameOf(key), said.get(nameOf(key)) ?? UNANSWERED]))
  const unreadable = [...answers.values()].filter(({ kind }) => kind === 'unreadable').length
  if (answers.size >= FEWEST_FOR_NONSENSE && unreadable >= answers.size * NONSENSE_SHARE)
    throw nonsense(`Of ${answers.size} registrations that were asked for, ${unreadable} cannot be read.`)
  return answers
}

export function nameOf(key: RegistrationKey): string {
  return 'userId' in key ? `user ${key.userId}` : `number ${key.registrationNumber}`
}

/** The key stands in nothing that the service said. */
const UNANSWERED: Unreadable = { kind: 'unreadable', field: 'asked', shape: 'nothing' }

function keyOf(item: unknown): string | null {
  const asked = Asked.safeParse(valueAt(item, ['asked']))
  return asked.success ? nameOf(asked.data) : null
}

function answerOf(item: unknown): RegistrationAnswer {
  const parsed = ReadBatchItem.safeParse(item)
  if (!parsed.success) return unreadableOf(item, parsed.error)
  const { data } = parsed
  if (data.result === 'notFound') return { kind: 'none' }
  if (data.result === 'several') return { kind: 'several', registrationIds: data.registrationIds }
  const { registrationId, registrationNumber, status, updatedAt, userId, version } = data
  const registration = { registrationId, registrationNumber: registrationNumber || null, userId, status, version }
  return { kind: 'found', registration: { ...registration, updatedAt: Date.parse(updatedAt) } }
}

/** The first fault: paths are of our own words only. */
function unreadableOf(item: unknown, { issues: [first] }: z.core.$ZodError): Unreadable {
  const path = first?.path ?? []
  return { kind: 'unreadable', field: path.join('.') || 'the record itself', shape: shapeOf(valueAt(item, path)) }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

function nonsense(detail: string): TerminalError {
  return new TerminalError(statusSyncErrors.REGISTRATIONS_UNREADABLE, detail)
}

/** @returns undefined for what is no JSON */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
