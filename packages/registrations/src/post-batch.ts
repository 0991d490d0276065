// One call of the batch address. What must always hold: neither the key nor anything that the service wrote gets into an error; and no answer
// other than 200 is ever taken for "nothing found", nor is any kept that is larger than what was asked for can be.
import { SystemicError, TerminalError } from '@rollcall/engine'
import { statusSyncErrors } from '@rollcall/status-sync'
import { parseRetryAfter } from './retry-after.ts'
import { Unavailable } from './unavailable.ts'
import type { BatchBody } from './wire.ts'

const PATH = '/api/registrations/batch/status'
/** A hundred registrations as long as they may be take a twentieth of it. What is unpacked counts, not what is sent. */
const LARGEST_ANSWER = 4 * 1_024 * 1_024

export interface BatchCall {
  readonly url: string
  readonly key: string
  readonly body: BatchBody
  readonly signal: AbortSignal
  readonly fetch: typeof fetch
}

/** @returns the body as it came; @throws Unavailable, SystemicError REGISTRATIONS_REFUSED, TerminalError REGISTRATIONS_UNREADABLE */
export async function postBatch(call: BatchCall): Promise<string> {
  const { body, fetch: send, key, signal, url } = call
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json',
    // Says who asks, for logs of whatever stands between; it proves nothing.
    'x-service-request': 'auth-system-sync',
  }
  try {
    const address = new URL(PATH, url)
    const answer = await send(address, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      cache: 'no-store',
      redirect: 'manual',
      signal,
    })
    if (!answer.ok) {
      await answer.body?.cancel()
      throw refusalOf(answer)
    }
    return await textOf(answer)
  } catch (error) {
    if (error instanceof Unavailable || error instanceof SystemicError || error instanceof TerminalError) throw error
    throw new Unavailable(`${failureOf(error)} (POST ${PATH})`)
  }
}

/** Hangs up on an answer without end: this process has other work than to hold it. */
async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > LARGEST_ANSWER)
      throw new TerminalError(
        statusSyncErrors.REGISTRATIONS_UNREADABLE,
        `The answer is larger than ${LARGEST_ANSWER} bytes (POST ${PATH}).`,
      )
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function refusalOf({ headers, status }: Response): Error {
  const where = `HTTP ${status} (POST ${PATH})`
  if (status === 401 || status === 403) return new SystemicError(statusSyncErrors.REGISTRATIONS_REFUSED, `${where}.`)
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return new Unavailable(where, parseRetryAfter({ header: headers.get('retry-after'), now: Date.now() }))
  }
  return new TerminalError(statusSyncErrors.REGISTRATIONS_UNREADABLE, `${where}.`)
}

/** fetch hides the network's own code in the cause. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure'
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
}
