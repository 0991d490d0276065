import { TerminalError } from '@rollcall/engine'
import { expect, test } from 'vitest'
import { provisioningErrors } from '../errors.ts'
import { accountToCreate, directoryCall } from '../testing/directory-contract.ts'
import { createInMemoryDirectory } from '../testing/in-memory-directory.ts'
import { placeAccount } from './place-account.ts'

test('an account that is not seen everywhere yet is given up for no licence before it stands in its school and classes', async () => {
  let now = 0
  const directory = createInMemoryDirectory({ schools: ['s1'], classes: ['c1'], lagMs: 60_000, now: () => now })
  const created = await directory.createAccount(accountToCreate('student'), directoryCall())
  const azureId = created.kind === 'created' ? created.azureId : ''
  const place = () => {
    // Asked of a replica that has the account already.
    const noneLeft = new TerminalError(provisioningErrors.LICENCES_EXHAUSTED)
    directory.failNext('assignLicence', { kind: 'throw', error: noneLeft })
    return placeAccount(directory, { azureId, kind: 'student', schoolId: 's1', classIds: ['c1'], mayBeThere: true }, directoryCall())
  }

  expect(await place()).toBe('notVisible')
  now = 60_000
  await expect(place()).rejects.toMatchObject({ errorCode: provisioningErrors.LICENCES_EXHAUSTED })
  expect(directory.accounts()).toMatchObject([{ schools: ['s1'], memberOf: ['c1'] }])
})
