import type { PersonStore } from '@rollcall/database'
import type { Clock } from '@rollcall/engine'
import { bodyProblems, callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { PersonErased, viewOfErasure } from '../persons/erasure-view.ts'
import { PersonParams } from '../persons/person-params.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { Reason } from '../runs/order.ts'

const Body = z
  .strictObject({
    reason: Reason,
    accountsRemoved: z.literal(true).optional().meta({
      description:
        'You have seen to it that no account of the person stands in the directory. Needed while one stands here, or was begun and never finished.',
    }),
  })
  .meta({ id: 'ErasePerson' })

export interface ErasePersonDataDeps {
  readonly persons: Pick<PersonStore, 'erase'>
  readonly clock: Clock
  readonly newId: () => string
}

export function erasePersonData(api: Api, { persons, clock, newId }: ErasePersonDataDeps): void {
  api.delete(
    '/persons/:personId/data',
    {
      config: { access: 'erasePersons' },
      schema: {
        tags: ['persons'],
        summary: 'Erase a person',
        description:
          'Deletes person, users, roles and credentials, and empties runs, histories and import rows; nothing remains that leads back to the person but their id in the audit log. Usernames stay taken. Asked again, it is answered with what is kept.',
        params: PersonParams,
        body: Body,
        response: {
          200: PersonErased.meta({ description: 'Erased.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409),
        },
      },
    },
    async (request) => {
      const { personId } = request.params
      const { reason, accountsRemoved = false } = request.body
      const at = clock.now()
      const target = { action: 'person.erase', targetType: 'person', targetId: personId }
      const audit = { id: newId(), at, actor: callerOf(request).name, ...target, reason, details: { accountsRemoved } }
      const result = await persons.erase({ personId, accountsRemoved, audit })
      switch (result.kind) {
        case 'unknown':
          throw refusal(apiErrors.PERSON_NOT_FOUND)
        case 'runLives':
          throw refusal(apiErrors.PERSON_HAS_LIVE_RUN, { detail: `It is run ${result.uuid}.`, uuid: result.uuid })
        case 'accountStands':
          throw refusal(apiErrors.PERSON_HAS_ACCOUNT, { detail: `It is user ${result.sysUserId}.`, sysUserId: result.sysUserId })
        case 'accountUnfinished':
          throw refusal(apiErrors.PERSON_HAS_UNFINISHED_ACCOUNT, { detail: `It is of the kind ${result.of}.` })
        default:
          return viewOfErasure({ personId, result, at })
      }
    },
  )
}
