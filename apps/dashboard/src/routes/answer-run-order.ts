import { CodedError, engineErrors } from '@rollcall/engine'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readable } from '../problems/error-answers.ts'
import { type RunPageDeps, RunParams, sendRunPage } from './get-run.ts'

/** An order that is refused leaves the operator on the run's page, with the reason; one that is carried out leads back there. */
export async function answerRunOrder(
  { request, reply, done }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly done: 'replayed' | 'cancelling' },
  deps: RunPageDeps,
  carryOut: (uuid: string) => Promise<void>,
): Promise<FastifyReply> {
  const { uuid } = RunParams.safeParse(request.params).data ?? { uuid: '' }
  try {
    await carryOut(uuid)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const { errorCode, detail } = readable(error)
    request.refusedAs = errorCode.code
    const words = [errorCode.sentence, detail, errorCode.runbook].filter(Boolean).join(' ')
    return sendRunPage({ request, reply: reply.code(errorCode.httpStatus), uuid, said: { kind: 'wrong', words } }, deps)
  }
  return reply.redirect(`/runs/${uuid}?done=${done}`, 303)
}

function isRefusal(error: unknown): error is CodedError {
  return error instanceof CodedError && error.errorCode.httpStatus < 500 && error.errorCode !== engineErrors.RUN_NOT_FOUND
}
