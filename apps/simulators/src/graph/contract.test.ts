import { describe, expect, it } from 'vitest'
import { createTestTenant, newPupil, newUser, type TestTenant } from '../test-support/create-test-tenant.ts'
import { assertContract, checkedTypes, hasContract } from '../test-support/graph-contract.ts'
import { ROUTES } from './routes.ts'

const SKU = '94763226-9b3c-4e75-a931-5c89701abe66'

/** Calls every route of the table once with success; the tenant's `call` holds each answer against the contract. */
async function walkAllRoutes({ call, simulator }: TestTenant): Promise<void> {
  simulator.seed({ skus: [{ skuPartNumber: 'STUDENT', skuId: SKU, enabled: 5 }] })
  const idOf = (answer: { body: Record<string, unknown> }) => String(answer.body.id)
  const reference = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })
  const school = idOf(await call({ method: 'POST', path: '/education/schools', body: { displayName: 'First School' } }))
  const course = idOf(await call({ method: 'POST', path: '/education/classes', body: { displayName: 'Maths', mailNickname: 'maths' } }))
  const user = idOf(await call({ method: 'POST', path: '/users', body: newUser('ann', { usageLocation: 'BG' }) }))
  const pupil = idOf(await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'bob', personId: 'P-1' }) }))
  for (const path of ['/users', '/education/users', '/education/schools', '/education/classes', '/subscribedSkus']) await call({ path })
  await call({ path: `/education/schools/${school}` })
  await call({
    method: 'POST',
    path: `/education/schools/${school}/classes/$ref`,
    body: { '@odata.id': `https://x/v1.0/education/classes/${course}` },
  })
  await call({ path: `/education/schools/${school}/classes` })
  await call({ method: 'POST', path: `/education/schools/${school}/users/$ref`, body: reference(pupil) })
  await call({ path: `/education/schools/${school}/users` })
  for (const place of [
    `/education/classes/${course}/members`,
    `/education/classes/${course}/teachers`,
    `/groups/${course}/members`,
    `/groups/${course}/owners`,
  ]) {
    await call({ method: 'POST', path: `${place}/$ref`, body: reference(pupil) })
    await call({ path: place })
    for (const path of ['schools', 'classes', 'taughtClasses', 'user']) await call({ path: `/education/users/${pupil}/${path}` })
    await call({ path: `/users/${pupil}/memberOf` })
    await call({ method: 'DELETE', path: `${place}/${pupil}/$ref` })
  }
  await call({ method: 'PATCH', path: `/groups/${course}`, body: { 'members@odata.bind': [`https://x/v1.0/directoryObjects/${pupil}`] } })
  for (const path of [`/education/classes/${course}`, `/education/classes/${course}/group`, `/groups/${course}`]) await call({ path })
  await call({ method: 'DELETE', path: `/education/schools/${school}/users/${pupil}/$ref` })
  for (const action of ['assignLicense', 'microsoft.graph.assignLicense']) {
    await call({
      method: 'POST',
      path: `/users/${user}/${action}`,
      body: { addLicenses: [{ skuId: SKU, disabledPlans: [] }], removeLicenses: [] },
    })
  }
  for (const action of ['revokeSignInSessions', 'microsoft.graph.revokeSignInSessions'])
    await call({ method: 'POST', path: `/users/${user}/${action}` })
  await call({ path: `/users/${user}?$select=signInSessionsValidFromDateTime` })
  for (const path of [`/users/${user}`, `/users/${user}/licenseDetails`, `/education/users/${pupil}`]) await call({ path })
  await call({ method: 'PATCH', path: `/users/${user}`, body: { jobTitle: 'Head' } })
  await call({ method: 'PATCH', path: `/education/users/${pupil}`, body: { middleName: 'Lee' } })
  await call({ method: 'DELETE', path: `/education/users/${pupil}` })
  for (const action of ['restore', 'microsoft.graph.restore']) {
    await call({ method: 'DELETE', path: `/users/${user}` })
    await call({ path: `/directory/deletedItems/${user}` })
    await call({ method: 'POST', path: `/directory/deletedItems/${user}/${action}` })
  }
  await call({ method: 'DELETE', path: `/directory/deletedItems/${pupil}` })
}

describe('the surface', () => {
  it('answers every route of its table with success', async () => {
    const tenant = await createTestTenant()
    await walkAllRoutes(tenant)
    const { byRoute, byStatus } = tenant.simulator.counters()
    expect(Object.keys(byRoute).sort()).toEqual(Object.keys(ROUTES).sort())
    expect(Object.keys(byStatus).sort()).toEqual(['200', '201', '204'])
  })

  it.skipIf(!hasContract)('shows every type as Microsoft describes it', async () => {
    checkedTypes.clear()
    const tenant = await createTestTenant()
    await walkAllRoutes(tenant)
    await tenant.call({ path: '/users/nobody@edu.example' })
    expect([...checkedTypes.keys()].sort()).toEqual([
      'ODataErrors.ODataError',
      'directoryObject',
      'directoryObjectCollectionResponse',
      'educationClass',
      'educationClassCollectionResponse',
      'educationSchool',
      'educationSchoolCollectionResponse',
      'educationUser',
      'educationUserCollectionResponse',
      'group',
      'licenseDetailsCollectionResponse',
      'subscribedSkuCollectionResponse',
      'user',
      'userCollectionResponse',
    ])
  })

  it.skipIf(!hasContract)('would not pass with a property that Microsoft does not know', () => {
    const body = { '@odata.context': 'https://x/v1.0/$metadata#education/users/$entity', id: '1', shoeSize: 43 }
    expect(() => assertContract({ status: 200, body })).toThrow('Not a educationUser')
  })
})
