import { expect, it } from 'vitest'
import { createTestTenant, errorOf, newUser } from '../test-support/create-test-tenant.ts'

const SKU = '94763226-9b3c-4e75-a931-5c89701abe66'

async function createLicensedTenant({ enabled }: { enabled: number }) {
  const tenant = await createTestTenant()
  tenant.simulator.seed({ skus: [{ skuPartNumber: 'STANDARDWOFFPACK_STUDENT', skuId: SKU, enabled }] })
  await tenant.call({ method: 'POST', path: '/users', body: newUser('ann', { usageLocation: 'BG' }) })
  await tenant.call({ method: 'POST', path: '/users', body: newUser('bob', { usageLocation: 'BG' }) })
  await tenant.call({ method: 'POST', path: '/users', body: newUser('cat') })
  const assign = (name: string, change: Record<string, unknown> = {}) =>
    tenant.call({
      method: 'POST',
      path: `/users/${name}@edu.example/assignLicense`,
      body: { addLicenses: [{ skuId: SKU, disabledPlans: [] }], removeLicenses: [], ...change },
    })
  return { ...tenant, assign }
}

it('assigns a licence with 200 and the user, and the pool shrinks by one', async () => {
  const { call, assign } = await createLicensedTenant({ enabled: 2 })
  const answer = await assign('ann')
  expect(answer.status).toBe(200)
  expect(answer.body.userPrincipalName).toBe('ann@edu.example')
  expect((await call({ path: '/users/ann@edu.example?$select=assignedLicenses' })).body.assignedLicenses).toEqual([
    { disabledPlans: [], skuId: SKU },
  ])
  expect((await call({ path: '/subscribedSkus' })).body.value).toMatchObject([
    { skuId: SKU, consumedUnits: 1, prepaidUnits: { enabled: 2 } },
  ])
  expect((await call({ path: '/users/ann@edu.example/licenseDetails' })).body.value).toMatchObject([
    { skuPartNumber: 'STANDARDWOFFPACK_STUDENT' },
  ])
})

it('wants a usage location first', async () => {
  const { assign } = await createLicensedTenant({ enabled: 2 })
  expect(errorOf(await assign('cat'))).toEqual({
    status: 400,
    code: 'Request_BadRequest',
    message: 'License assignment cannot be done for user with invalid usage location.',
  })
})

it('runs out, and a removed or deleted account’s licence comes back', async () => {
  const { call, assign } = await createLicensedTenant({ enabled: 1 })
  await assign('ann')
  expect(errorOf(await assign('bob'))).toMatchObject({
    status: 400,
    message: `Subscription with SKU ${SKU} does not have any available licenses.`,
  })
  expect((await assign('ann', { addLicenses: [], removeLicenses: [SKU] })).status).toBe(200)
  expect((await assign('bob')).status).toBe(200)
  await call({ method: 'DELETE', path: '/users/bob@edu.example' })
  expect((await assign('ann')).status).toBe(200)
})

it('refuses a licence that the tenant has not bought and one that the user has not got', async () => {
  const { assign } = await createLicensedTenant({ enabled: 1 })
  const unknown = '11111111-1111-4111-8111-111111111111'
  const added = await assign('ann', { addLicenses: [{ skuId: unknown }] })
  expect(errorOf(added).message).toBe(`License ${unknown} does not correspond to a valid company License.`)
  const removed = await assign('ann', { addLicenses: [], removeLicenses: [SKU] })
  expect(errorOf(removed).message).toBe('User does not have a corresponding license.')
})
