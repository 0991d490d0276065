// The answers to a request for accounts, as HTTP shows them.
import { RUN_STATUSES } from '@rollcall/engine'
import { Problem } from '@rollcall/platform/http'
import { z } from 'zod'
import type { AccountResult, StandingRun } from './account-slots.ts'
import type { AccountsAnswered } from './create-accounts.ts'

const uuid = z.string().meta({ examples: ['0199a1f4-5c00-7000-8000-00000000a001'] })
const runStatus = z.enum(RUN_STATUSES).meta({ examples: ['new'] })
const state = z.string().meta({ examples: ['RESERVE_USERNAME'] })

export const AccountAnswer = z
  .object({ uuid, groupUuid: uuid, state, status: runStatus })
  .meta({ id: 'AccountAnswer', description: 'The run that works on the request.' })

export const AccountItemAnswer = z
  .object({
    index: z.int().meta({ description: 'Place in the array that was sent.' }),
    status: z.int().meta({ description: '202 begun, 200 under way already, 409 or 422 refused.', examples: [202] }),
    uuid: uuid.optional(),
    groupUuid: uuid.optional(),
    state: state.optional(),
    runStatus: runStatus.optional(),
    problem: Problem.optional(),
  })
  .meta({ id: 'AccountItemAnswer' })

export const AccountsAnswer = z
  .object({
    groupUuid: uuid.optional().meta({ description: 'The group of the runs that were begun; left out where none was.' }),
    results: z.array(AccountItemAnswer),
  })
  .meta({ id: 'AccountsAnswer', description: 'One result per item, in the order in which they were sent.' })

export function answerOfRun({ uuid: id, groupUuid, state: stands, status }: StandingRun): z.infer<typeof AccountAnswer> {
  return { uuid: id, groupUuid, state: stands, status }
}

export function answerOfMany({ groupUuid, results }: AccountsAnswered): z.infer<typeof AccountsAnswer> {
  return { ...(results.some(isBegun) && { groupUuid }), results: results.map(answerOfItem) }
}

export function isBegun({ status }: AccountResult): boolean {
  return status === 202
}

function answerOfItem(result: AccountResult, index: number): z.infer<typeof AccountItemAnswer> {
  if (!('run' in result)) return { index, ...result }
  const { uuid: id, groupUuid, state: stands, status } = result.run
  return { index, status: result.status, uuid: id, groupUuid, state: stands, runStatus: status }
}
