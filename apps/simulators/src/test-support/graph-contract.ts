/*
 * Checks answers against Microsoft's own description of Graph v1.0, where a checkout has it beside the repository.
 * The type follows from the answer's @odata.context (and @odata.type for mixed collections), as it does for clients.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import Ajv2020 from 'ajv/dist/2020.js'

const FILE = new URL('../../../../../shared/graph-contract/graph-subset.strict.schema.json', import.meta.url)
export const hasContract = existsSync(FILE)

const TYPES: Readonly<Record<string, string>> = {
  'users/$entity': 'user',
  users: 'userCollectionResponse',
  'education/users/$entity': 'educationUser',
  'education/users': 'educationUserCollectionResponse',
  'education/schools/$entity': 'educationSchool',
  'education/schools': 'educationSchoolCollectionResponse',
  'education/classes/$entity': 'educationClass',
  'education/classes': 'educationClassCollectionResponse',
  'groups/$entity': 'group',
  'directoryObjects/$entity': 'directoryObject',
  directoryObjects: 'directoryObjectCollectionResponse',
  subscribedSkus: 'subscribedSkuCollectionResponse',
}

const validators = new Map<string, ValidateFunction>()
let ajv: Ajv2020.Ajv2020 | undefined
export const checkedTypes = new Map<string, number>()

/** Throws when the body is not what Graph would send. Bodies outside the contract ($batch, the token endpoint) are refused, too. */
export function assertContract({ status, body }: { status: number; body: Record<string, unknown> }): void {
  if (!hasContract) return
  if (status >= 400) {
    assertType({ type: 'ODataErrors.ODataError', body })
    return
  }
  const context = String(body['@odata.context'])
  const place = context.slice(context.indexOf('#') + 1).replace(/\(.*\)/, '')
  // A plain value: the contract describes entities and collections.
  if (place === 'Edm.Boolean' && typeof body.value === 'boolean') return
  const type = place.endsWith('/licenseDetails') ? 'licenseDetailsCollectionResponse' : TYPES[place]
  if (type === undefined) throw new Error(`The answer's context '${context}' names no type of the contract.`)
  assertType({ type, body })
  const items: unknown[] = Array.isArray(body.value) ? body.value : [body]
  for (const item of items) if (isTyped(item)) assertType({ type: item['@odata.type'].replace('#microsoft.graph.', ''), body: item })
}

function assertType({ type, body }: { type: string; body: object }): void {
  const validate = validators.get(type) ?? compile(type)
  checkedTypes.set(type, (checkedTypes.get(type) ?? 0) + 1)
  if (!validate(body)) throw new Error(`Not a ${type}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(body)}`)
}

function compile(type: string): ValidateFunction {
  ajv ??= loadContract()
  const validate = ajv.compile({ $ref: `graph-subset.strict#/$defs/microsoft.graph.${type}` })
  validators.set(type, validate)
  return validate
}

function loadContract(): Ajv2020.Ajv2020 {
  const loaded = new Ajv2020.Ajv2020({ strict: false, validateFormats: false })
  loaded.addSchema(JSON.parse(readFileSync(FILE, 'utf8')))
  return loaded
}

function isTyped(item: unknown): item is { '@odata.type': string } {
  return typeof item === 'object' && item !== null && '@odata.type' in item && typeof item['@odata.type'] === 'string'
}
