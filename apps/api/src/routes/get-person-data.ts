import type { AuditLog, PersonStore } from '@rollcall/database'
import type { Clock } from '@rollcall/engine'
import type { RetentionEnv } from '@rollcall/platform'
import { callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { PersonParams } from '../persons/person-params.ts'
import { PersonData, viewOfPerson } from '../persons/person-view.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { Reason } from '../runs/order.ts'

const Query = z.strictObject({ reason: Reason })

export interface GetPersonDataDeps {
  readonly persons: Pick<PersonStore, 'isKept' | 'read'>
  readonly audit: Pick<AuditLog, 'append'>
  readonly retention: RetentionEnv
  readonly clock: Clock
  readonly newId: () => string
}

export function getPersonData(api: Api, { persons, audit, retention, clock, newId }: GetPersonDataDeps): void {
  api.get(
    '/persons/:personId/data',
    {
      config: { access: 'readPersons' },
      schema: {
        tags: ['persons'],
        summary: 'See all that is kept of a person',
        description:
          'One document, section by section, each with why it is kept and for how long. Initial passwords are never part of it. It is noted in the audit log, with the reason, before it is answered.',
        params: PersonParams,
        querystring: Query,
        response: { 200: PersonData, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async (request) => {
      const { personId } = request.params
      const { name: actor } = callerOf(request)
      if (!(await persons.isKept(personId))) throw refusal(apiErrors.PERSON_NOT_FOUND)
      const at = clock.now()
      const target = { action: 'person.read', targetType: 'person', targetId: personId }
      await audit.append({ id: newId(), at, actor, ...target, reason: request.query.reason, details: { route: '/persons/:personId/data' } })
      return viewOfPerson({ personId, records: await persons.read(personId), at, caller: actor, retention })
    },
  )
}
