// The API, impatient with uploads that stand still, and the means to send it files as an upstream system does.
import type { Answer } from '@rollcall/platform/testing'
import { METER_LIMITS, type MeterLimits } from '../imports/meter-bytes.ts'
import { startTestApi, type TestApi } from './start-test-api.ts'

export interface ImportTest extends TestApi {
  /** Sends a file as the body. @param headers say that it is CSV, unless they are given to say otherwise */
  upload(file: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Sends a form with these parts; those with a file name are files. */
  uploadForm(parts: readonly { readonly name: string; readonly filename?: string; readonly content: string }[]): Promise<Answer>
  /** Sends a body of which these headers alone say what it is. */
  sendBytes(payload: string | Buffer, headers: Readonly<Record<string, string>>): Promise<Answer>
}

export const CSV = { 'content-type': 'text/csv' }

/** @param limits instead of those by which an upload is given up at once */
export async function createImportTest({
  limits = { idleMs: 300, wholeMs: 5_000 },
  redisUrl,
}: {
  readonly redisUrl: string
  readonly limits?: Partial<MeterLimits>
}): Promise<ImportTest> {
  const test = await startTestApi({ redisUrl, deps: { importLimits: { ...METER_LIMITS, ...limits } } })

  async function sendBytes(payload: string | Buffer, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const authorization = `Bearer ${test.keys.upstream}`
    const answer = await test.api.inject({ method: 'POST', url: '/imports', payload, headers: { authorization, ...headers } })
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
  }

  return {
    ...test,
    sendBytes,
    upload: (file, headers = {}) => sendBytes(Buffer.from(file), { ...CSV, ...headers }),
    async uploadForm(parts) {
      const form = new FormData()
      for (const { name, filename, content } of parts) {
        if (filename === undefined) form.append(name, content)
        else form.append(name, new Blob([content]), filename)
      }
      const encoded = new Response(form)
      return sendBytes(Buffer.from(await encoded.arrayBuffer()), { 'content-type': encoded.headers.get('content-type') ?? '' })
    },
  }
}
