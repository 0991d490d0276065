// The bytes of the file that a request carries: its body, or the one part of a form.
import type { Multipart } from '@fastify/multipart'
import { type ProblemError, refusal } from '@rollcall/platform/http'
import { importErrors } from '@rollcall/provisioning'
import { ImportFileError } from '@rollcall/provisioning/import-file'
import type { FastifyRequest } from 'fastify'
import { apiErrors } from '../problems/api-errors.ts'
import { inTime, type MeterLimits, MOST_BYTES, meterBytes, tooLarge } from './meter-bytes.ts'
import type { UploadedFile } from './receive-import.ts'

/** A form has some hundred bytes around its file. */
const FORM_BYTES = 16_384
export const FILE_FIELD = 'file'

/** @throws ProblemError UNSUPPORTED_MEDIA_TYPE, INVALID_BODY; ImportFileError IMPORT_TOO_LARGE where the announced length says so */
export async function uploadedFile(request: FastifyRequest, limits: MeterLimits): Promise<UploadedFile> {
  assertPlain(request)
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > MOST_BYTES + (request.isMultipart() ? FORM_BYTES : 0)) throw tooLarge()
  if (request.isMultipart()) return fileOfForm(request, limits)
  // A destroyed request takes its connection with it, and the answer.
  const source = request.raw.iterator({ destroyOnReturn: false })
  return { ...meterBytes(source, limits), end: async () => {} }
}

async function fileOfForm(request: FastifyRequest, limits: MeterLimits): Promise<UploadedFile> {
  const parts = request.parts({ limits: { fileSize: MOST_BYTES + 1, files: 2, fields: 1, parts: 3 } })
  const nextPart = () => nextPartWithin({ parts, ms: limits.idleMs })
  const first = await nextPart()
  if (first?.type !== 'file' || first.fieldname !== FILE_FIELD) throw otherForm()
  const source = first.file.iterator({ destroyOnReturn: false })
  return {
    ...meterBytes(source, limits),
    async end() {
      if ((await nextPart()) !== null) throw otherForm()
    },
  }
}

/** What stands around the file is short: whoever is slow with it, or has no end of it, is not waited for. */
async function nextPartWithin({
  parts,
  ms,
}: {
  readonly parts: AsyncIterator<Multipart, void>
  readonly ms: number
}): Promise<Multipart | null> {
  try {
    const next = await inTime({ awaited: parts.next(), ms })
    return next.done ? null : next.value
  } catch (cause) {
    if (cause instanceof ImportFileError) throw cause
    throw isTornOff(cause) ? new ImportFileError(importErrors.IMPORT_INCOMPLETE, { row: null }, { cause }) : otherForm()
  }
}

/** The parser says so in words only. */
function isTornOff(error: unknown): boolean {
  return error instanceof Error && /unexpected end of|terminated early|was closed before/i.test(error.message)
}

function otherForm(): ProblemError {
  return refusal(apiErrors.INVALID_BODY, { detail: `A form must hold one file in the field "${FILE_FIELD}", and nothing else.` })
}

function assertPlain({ headers }: FastifyRequest): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset && !/^utf-?8$/i.test(charset)) throw refusal(apiErrors.UNSUPPORTED_MEDIA_TYPE, { detail: 'Send the file in UTF-8.' })
  const encoding = headers['content-encoding']
  if (encoding && encoding !== 'identity') {
    throw refusal(apiErrors.UNSUPPORTED_MEDIA_TYPE, { detail: 'Send the file without a Content-Encoding.' })
  }
}
