import { graphErrors } from './graph-errors.ts'
import type { Properties } from './records.ts'

const COLLECTIONS = /\/(?:v1\.0|beta)\/(?:education\/users|education\/classes|users|directoryObjects|groups)\/([^/?]+)$/
const BOUND_KEY = /\/(?:v1\.0|beta)\/(?:education\/users|users|directoryObjects)\('([^']+)'\)$/

/** The id at the end of a body's `@odata.id`. */
export function readReference(body: Properties): string {
  return referenceId(body['@odata.id'])
}

export function referenceId(url: unknown): string {
  if (typeof url !== 'string') throw graphErrors.invalidReference()
  const id = COLLECTIONS.exec(url)?.[1] ?? BOUND_KEY.exec(url)?.[1]
  if (id === undefined) throw graphErrors.invalidReference()
  return decodeURIComponent(id)
}
