// An upload from its first byte to its acceptance. What must always hold: what is refused leaves nothing behind; an import is accepted with the
// run that begins its accounts and not before; a crash at any moment leaves an import that is swept away, or one that goes on.
import { type AcceptRuns, type Clock, prepareRun, priorityOf } from '@rollcall/engine'
import { type ProblemError, refusal } from '@rollcall/platform/http'
import { type AccountsImport, accountImport, type ImportStore, importErrors } from '@rollcall/provisioning'
import { ImportFileError, openImportFile } from '@rollcall/provisioning/import-file'
import type { FastifyBaseLogger } from 'fastify'
import { REQUEST_KEPT_MS } from '../idempotency-key.ts'
import { apiErrors } from '../problems/api-errors.ts'
import type { MeteredBytes } from './meter-bytes.ts'
import { stageRows } from './stage-rows.ts'

/** An upload takes half of this at most. What is an hour old is taken for left behind and swept away: it must not be accepted then. */
const ACCEPTED_WITHIN_MS = 1_800_000

export interface ReceiveImportDeps {
  readonly imports: ImportStore
  readonly acceptRuns: AcceptRuns
  readonly clock: Clock
  readonly newId: () => string
}

export interface UploadedFile extends MeteredBytes {
  /** Reads what comes behind the file: a form may hold nothing else. */
  readonly end: () => Promise<void>
}

export interface ImportAsked {
  readonly file: UploadedFile
  /** The name of the caller's key. */
  readonly caller: string
  readonly idempotencyKey: string | undefined
  readonly log: FastifyBaseLogger
}

export interface ImportReceived {
  readonly accepted: Pick<AccountsImport, 'id' | 'rowCount' | 'invalidCount'>
  /** Answered from an earlier request with the same Idempotency-Key. */
  readonly repeated: boolean
}

/** @throws ProblemError IDEMPOTENCY_KEY_REUSED; ImportFileError */
export async function receiveImport({ caller, file, idempotencyKey, log }: ImportAsked, deps: ReceiveImportDeps): Promise<ImportReceived> {
  const { imports, newId, clock } = deps
  const id = newId()
  const createdAt = clock.now()
  let isBegun = false
  try {
    const opened = await openImportFile(file.bytes)
    isBegun = true
    await imports.begin({ id, requestedBy: caller, columns: opened.header, createdAt })
    const staged = await stageRows({ importId: id, file: opened, imports, clock })
    await file.end()
    await imports.complete({ id, ...staged })
    return await accept({ id, ...staged })
  } catch (error) {
    if (isBegun && !(error instanceof OutcomeUnknown)) await discard()
    if (error instanceof OutcomeUnknown) throw error.cause
    throw error
  }

  async function accept(staged: ImportReceived['accepted']): Promise<ImportReceived> {
    const now = clock.now()
    if (now - createdAt > ACCEPTED_WITHIN_MS) throw new ImportFileError(importErrors.IMPORT_INCOMPLETE, { row: null })
    const origin = { groupUuid: id, requestedBy: caller, priority: priorityOf({ lane: 'bulk', ahead: 0 }), now }
    const run = prepareRun({ process: accountImport, input: { importId: id }, newId, ...origin })
    const request =
      idempotencyKey === undefined
        ? null
        : { caller, key: idempotencyKey, bodyHash: file.digest(), items: [], createdAt: now, expiresAt: now + REQUEST_KEPT_MS }
    const result = await deps.acceptRuns({ groupUuid: id, request, runs: [run] }).catch(unknown)
    if (result.kind === 'conflict') throw refusal(apiErrors.IDEMPOTENCY_KEY_REUSED)
    if (result.kind === 'repeated') {
      await discard()
      return { accepted: await firstOne(result.groupUuid), repeated: true }
    }
    await markAccepted(now)
    return { accepted: staged, repeated: false }
  }

  /** The run marks it, too, and so does the sweep: the import stands whether this succeeds or not. */
  async function markAccepted(at: number): Promise<void> {
    try {
      await imports.markAccepted({ id, at })
    } catch (err) {
      log.warn({ importId: id, err }, 'the import could not be marked as accepted; its run will do it')
    }
  }

  async function firstOne(groupUuid: string): Promise<AccountsImport> {
    const first = await imports.find(groupUuid)
    if (!first) throw refusal(apiErrors.NOT_FOUND, { detail: 'The import that this request was answered with is no longer kept.' })
    return first
  }

  async function discard(): Promise<void> {
    try {
      await imports.discard(id)
    } catch (err) {
      log.warn({ importId: id, err }, 'staged rows could not be deleted; the sweep will do it')
    }
  }
}

/** Whether the run was written nobody knows: the rows stay, and whoever sweeps will see. */
class OutcomeUnknown extends Error {}

function unknown(cause: unknown): never {
  throw new OutcomeUnknown('', { cause })
}

export function problemOfFile(error: ImportFileError): ProblemError {
  return refusal(error.errorCode, { detail: error.message, ...(error.row !== null && { row: error.row }) })
}
