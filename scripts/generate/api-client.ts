// packages/client: our OpenAPI document as the API itself serves it, and the types that openapi-typescript makes of it.
import { createApi } from '@rollcall/api'
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { describingDeps } from './describing-deps.ts'
import type { GeneratedFile } from './generated-file.ts'

const HEAD = '// Generated from packages/client/openapi.json by `pnpm generate`. Do not edit.\n'

export async function apiClient(): Promise<GeneratedFile[]> {
  const document = await apiDocument()
  const types = astToString(await openapiTypescript(openApi3(document), { alphabetize: true, defaultNonNullable: false }))
  return [
    { path: 'packages/client/openapi.json', content: `${document}\n` },
    { path: 'packages/client/src/generated/schema.ts', content: HEAD + types },
  ]
}

/** What GET /docs/json answers: the same document whatever machine or database stands behind it. */
async function apiDocument(): Promise<string> {
  const api = await createApi(describingDeps())
  try {
    const { statusCode, body } = await api.inject('/docs/json')
    if (statusCode !== 200) throw new Error(`GET /docs/json answered ${statusCode}.`)
    return JSON.stringify(JSON.parse(body), null, 2)
  } finally {
    await api.close()
  }
}

/** The document says of itself that it is OpenAPI 3.1; the API's own tests hold it to that. */
function openApi3(document: string): OpenAPI3 {
  return JSON.parse(document) as OpenAPI3
}
