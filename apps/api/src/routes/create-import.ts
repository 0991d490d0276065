import multipart from '@fastify/multipart'
import { bodyProblems, callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { ImportFileError, MOST_ROWS } from '@rollcall/provisioning/import-file'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { IDEMPOTENCY_REPLAYED, IdempotencyHeaders } from '../idempotency-key.ts'
import { ImportAnswer } from '../imports/import-view.ts'
import { METER_LIMITS, type MeterLimits, MOST_MEGABYTES } from '../imports/meter-bytes.ts'
import { problemOfFile, type ReceiveImportDeps, receiveImport } from '../imports/receive-import.ts'
import { createUploadSlots } from '../imports/upload-slots.ts'
import { FILE_FIELD, uploadedFile } from '../imports/uploaded-file.ts'
import { apiErrors } from '../problems/api-errors.ts'

/** The meter gives up on a slow sender before the route does: after that, only the database can take its time. */
const BODY_TIMEOUT_MS = METER_LIMITS.wholeMs + 10_000
export const IMPORT_TIMEOUT_MS = METER_LIMITS.wholeMs + 60_000

const file = { type: 'string', format: 'binary' } as const
const Body = z.unknown().meta({
  description: `A CSV of 1 to ${MOST_ROWS.toLocaleString('en')} rows and ${MOST_MEGABYTES} MB, in UTF-8, delimited by commas or semicolons: the body itself, or a form's only field "${FILE_FIELD}".`,
  oneOf: [file, { type: 'object', properties: { [FILE_FIELD]: file }, required: [FILE_FIELD], additionalProperties: false }],
})

export interface CreateImportDeps extends ReceiveImportDeps {
  /** @defaultValue METER_LIMITS */
  readonly importLimits?: MeterLimits
}

export async function createImport(api: Api, deps: CreateImportDeps): Promise<void> {
  const slots = createUploadSlots()
  const limits = deps.importLimits ?? METER_LIMITS

  // In a scope of its own: no other address reads files.
  await api.register(async (scope: Api) => {
    scope.removeAllContentTypeParsers()
    // The meter says what is too large.
    await scope.register(multipart, { throwFileSizeLimit: false })
    scope.addContentTypeParser('text/csv', (_request, _body, done) => done(null))
    scope.addContentTypeParser('*', async () => {
      throw refusal(apiErrors.UNSUPPORTED_MEDIA_TYPE, {
        detail: `Send text/csv, or multipart/form-data with a file in the field "${FILE_FIELD}".`,
      })
    })

    scope.post(
      '/imports',
      {
        config: { access: 'create', bodyTimeoutMs: BODY_TIMEOUT_MS },
        handlerTimeout: IMPORT_TIMEOUT_MS,
        schema: {
          tags: ['imports'],
          summary: 'Ask for the accounts of a whole file',
          description: [
            'Each row is judged alone, by the rules of /student-create and /teacher-create, and an invalid one refuses only itself; see the result row by row at `Location`.',
            'A fault of the file as a whole refuses it all, names the row, and leaves nothing behind. One import is one group.',
          ].join('\n\n'),
          consumes: ['text/csv', 'multipart/form-data'],
          headers: IdempotencyHeaders,
          body: Body,
          response: {
            202: ImportAnswer,
            ...keyProblems,
            ...bodyProblems,
            ...problemResponses(409),
          },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request).name
        const giveBack = slots.take(caller)
        try {
          const { accepted, repeated } = await receiveImport(
            {
              file: await uploadedFile(request, limits),
              caller,
              idempotencyKey: request.headers['idempotency-key'],
              log: request.log,
            },
            deps,
          )
          const { id, rowCount, invalidCount } = accepted
          if (repeated) reply.headers(IDEMPOTENCY_REPLAYED)
          return reply
            .code(202)
            .header('location', `/imports/${id}`)
            .send({ id, groupUuid: id, rows: rowCount, invalid: invalidCount, status: 'starting' })
        } catch (error) {
          throw error instanceof ImportFileError ? problemOfFile(error) : error
        } finally {
          giveBack()
        }
      },
    )
  })
}
