// Stands between an upload and whoever reads it: counts, hashes, and gives up on a sender who is too slow, sends too much or is gone. What must
// always hold: the source is left open, so that the refusal can still be answered; a pause is the sender's only while we wait for him; an
// upload has an end, whoever is slow; between two chunks others have a turn.
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { importErrors } from '@rollcall/provisioning'
import { ImportFileError } from '@rollcall/provisioning/import-file'

export const MOST_BYTES = 50 * 1_024 * 1_024
export const MOST_MEGABYTES = 50

export interface MeterLimits {
  readonly mostBytes: number
  /** Without a byte. */
  readonly idleMs: number
  /** For the whole file. */
  readonly wholeMs: number
}

export const METER_LIMITS: MeterLimits = { mostBytes: MOST_BYTES, idleMs: 30_000, wholeMs: 900_000 }

export interface MeteredBytes {
  readonly bytes: AsyncIterable<Uint8Array>
  /** SHA-256 over what has been read. */
  digest(): string
}

/** @throws ImportFileError IMPORT_TOO_LARGE, IMPORT_INCOMPLETE, while `bytes` is read */
export function meterBytes(source: AsyncIterator<Uint8Array>, { idleMs, mostBytes, wholeMs }: MeterLimits): MeteredBytes {
  const hash = createHash('sha256').update('imports\n')

  async function* metered(): AsyncGenerator<Uint8Array, void> {
    const until = performance.now() + wholeMs
    let count = 0
    for (;;) {
      const left = until - performance.now()
      if (left <= 0) throw incomplete(`It was not through after ${wholeMs / 60_000} min.`)
      const next = await nextWithin({ source, ms: Math.min(idleMs, left) })
      if (next.done) return
      count += next.value.byteLength
      if (count > mostBytes) throw tooLarge()
      hash.update(next.value)
      yield next.value
      // A fast line has the next bytes there already: without a pause nobody else would have a turn.
      await setImmediate()
    }
  }
  return { bytes: metered(), digest: () => hash.digest('hex') }
}

export function tooLarge(): ImportFileError {
  return new ImportFileError(importErrors.IMPORT_TOO_LARGE, { row: null, detail: `It may have ${MOST_MEGABYTES} MB.` })
}

async function nextWithin({
  source,
  ms,
}: {
  readonly source: AsyncIterator<Uint8Array>
  readonly ms: number
}): Promise<IteratorResult<Uint8Array>> {
  try {
    return await inTime({ awaited: source.next(), ms })
  } catch (cause) {
    if (cause instanceof ImportFileError) throw cause
    throw incomplete('The connection was closed, or the form ended, before the file did.', { cause })
  }
}

/** @throws ImportFileError IMPORT_INCOMPLETE where it does not come in time; whatever `awaited` is rejected with */
export async function inTime<T>({ awaited, ms }: { readonly awaited: Promise<T>; readonly ms: number }): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(incomplete('Its bytes came too slowly.')), ms)
  try {
    return await Promise.race([awaited, late])
  } finally {
    clearTimeout(timer)
  }
}

function incomplete(detail: string, options?: ErrorOptions): ImportFileError {
  return new ImportFileError(importErrors.IMPORT_INCOMPLETE, { row: null, detail }, options)
}
