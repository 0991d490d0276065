import { existsSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'
import type { SentRequest } from './start-graph.ts'

const SCHEMA = new URL('../../../../../shared/graph-contract/graph-subset.strict.schema.json', import.meta.url)

/** Microsoft's own contract lies beside the repository, not in it; where it is absent there is nothing to hold requests against. */
export const hasContract = existsSync(SCHEMA)

type Sent = Pick<SentRequest, 'method' | 'path' | 'body'>

/** Which of the contract's types the body of a write must be. */
const BODIES: readonly { readonly write: RegExp; readonly type: string }[] = [
  { write: /^POST \/education\/users$/, type: 'microsoft.graph.educationUser' },
  { write: /^POST \/users$/, type: 'microsoft.graph.user' },
  { write: /^PATCH \/users\/[^/]+$/, type: 'microsoft.graph.user' },
  { write: /\/\$ref$/, type: 'ReferenceCreate' },
]
/** The contract has no type for an action's parameters, only for what is in them. */
const ASSIGN_LICENSE = /^POST \/users\/[^/]+\/assignLicense$/

/** @throws Error that names the first write whose body Microsoft's contract does not know */
export function assertFitsContract(sent: readonly Sent[]): void {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')), 'graph')
  for (const { method, path, body } of sent.flatMap(itemsOf).filter((request) => request.body !== undefined)) {
    const call = `${method} ${path}`
    for (const { type, value } of partsOf({ call, body })) {
      const validate = ajv.getSchema(`graph#/$defs/${type}`)
      if (!validate) throw new Error(`The contract has no type ${type}.`)
      if (!validate(value)) throw new Error(`${call} sends what ${type} does not know: ${ajv.errorsText(validate.errors)}`)
    }
  }
}

const BatchBody = z.object({ requests: z.array(z.object({ method: z.string(), url: z.string(), body: z.unknown().optional() })) })

/** A batch is held against the contract item by item. */
function itemsOf({ method, path, body }: Sent): readonly Sent[] {
  if (path !== '/$batch') return [{ method, path, body }]
  return BatchBody.parse(body).requests.map((item) => ({ method: item.method, path: item.url, body: item.body }))
}

function partsOf({ call, body }: { call: string; body: unknown }): readonly { type: string; value: unknown }[] {
  if (ASSIGN_LICENSE.test(call)) return licencesIn(body).map((value) => ({ type: 'microsoft.graph.assignedLicense', value }))
  const type = BODIES.find(({ write }) => write.test(call))?.type
  if (type === undefined) throw new Error(`${call} is not among the writes that the contract test knows.`)
  return [{ type, value: body }]
}

function licencesIn(body: unknown): readonly unknown[] {
  if (typeof body !== 'object' || body === null || !('addLicenses' in body) || !Array.isArray(body.addLicenses)) {
    throw new Error('assignLicense needs a list addLicenses.')
  }
  return body.addLicenses
}
