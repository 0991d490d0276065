import { describe, expect, it } from 'vitest'
import { createTestTenant, errorOf, newPupil, newUser } from '../test-support/create-test-tenant.ts'

describe('POST /users', () => {
  it('answers 201 with the default properties and never shows a password', async () => {
    const { call, simulator } = await createTestTenant()
    const answer = await call({ method: 'POST', path: '/users', body: newUser('ann.lee', { usageLocation: 'BG' }) })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      '@odata.context': 'https://localhost:80/v1.0/$metadata#users/$entity',
      id: expect.any(String),
      businessPhones: [],
      displayName: 'Person ann.lee',
      givenName: null,
      jobTitle: null,
      mail: null,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: null,
      userPrincipalName: 'ann.lee@edu.example',
    })
    expect(JSON.stringify(simulator.state())).not.toContain('Correct-horse-7')
    const secret = await call({ path: `/users/${answer.body.id}?$select=passwordProfile,usageLocation` })
    expect(secret.body).toMatchObject({ passwordProfile: null, usageLocation: 'BG' })
  })

  it('answers 400 ObjectConflict for a name that is taken, ignoring case', async () => {
    const { call } = await createTestTenant()
    await call({ method: 'POST', path: '/users', body: newUser('ann') })
    const answer = await call({ method: 'POST', path: '/users', body: newUser('ann', { userPrincipalName: 'ANN@edu.example' }) })
    const message = 'Another object with the same value for property userPrincipalName already exists.'
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'Request_BadRequest', message })
    expect(Object(answer.body.error).details[0]).toEqual({ code: 'ObjectConflict', message, target: 'userPrincipalName' })
  })

  it.each(['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName', 'passwordProfile'])('requires %s', async (property) => {
    const { call } = await createTestTenant()
    const answer = await call({ method: 'POST', path: '/users', body: newUser('ann', { [property]: undefined }) })
    expect(errorOf(answer)).toMatchObject({
      status: 400,
      code: 'Request_BadRequest',
      message: `Property ${property} value is required but is empty or missing.`,
    })
  })

  it.each([
    { why: 'a name without a domain', changes: { userPrincipalName: 'ann' }, message: 'Property userPrincipalName is invalid.' },
    { why: 'a name in Cyrillic', changes: { userPrincipalName: 'анна@edu.example' }, message: 'Property userPrincipalName is invalid.' },
    {
      why: 'a name with a space',
      changes: { userPrincipalName: 'ann lee@edu.example' },
      message: 'Property userPrincipalName is invalid.',
    },
    {
      why: 'a name that ends in a dot',
      changes: { userPrincipalName: 'ann.@edu.example' },
      message: 'Property userPrincipalName is invalid.',
    },
    {
      why: 'an unverified domain',
      changes: { userPrincipalName: 'ann@elsewhere.example' },
      message:
        'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
    },
    {
      why: 'a mail nickname with a comma',
      changes: { mailNickname: 'ann,lee' },
      message: "Invalid value specified for property 'mailNickname' of resource 'User'.",
    },
    {
      why: 'a mail nickname of 65 characters',
      changes: { mailNickname: 'a'.repeat(65) },
      message: "Invalid value specified for property 'mailNickname' of resource 'User'.",
    },
    {
      why: 'a country in words',
      changes: { usageLocation: 'Bulgaria' },
      message: "Invalid value specified for property 'usageLocation' of resource 'User'.",
    },
    {
      why: 'a flag in words',
      changes: { accountEnabled: 'yes' },
      message: "Invalid value specified for property 'accountEnabled' of resource 'User'.",
    },
    { why: 'a property that users lack', changes: { primaryRole: 'student' }, message: "Invalid property 'primaryRole'." },
    {
      why: 'a password of letters only',
      changes: { passwordProfile: { password: 'correcthorse' } },
      message: 'The specified password does not comply with password complexity requirements. Please provide a different password.',
    },
    {
      why: 'a short password',
      changes: { passwordProfile: { password: 'Ab1!' } },
      message: 'The specified password does not comply with password complexity requirements. Please provide a different password.',
    },
  ])('refuses $why', async ({ changes, message }) => {
    const { call, simulator } = await createTestTenant()
    const answer = await call({ method: 'POST', path: '/users', body: newUser('ann', changes) })
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'Request_BadRequest', message })
    expect(simulator.state().totals.users).toBe(0)
  })

  it('refuses a body that is no JSON', async () => {
    const { call } = await createTestTenant()
    const answer = await call({ method: 'POST', path: '/users', body: '{"accountEnabled":' })
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'BadRequest' })
  })

  it('refuses the object that would exceed the tenant’s quota', async () => {
    const { call } = await createTestTenant({ objectQuota: 1 })
    await call({ method: 'POST', path: '/users', body: newUser('a') })
    expect(errorOf(await call({ method: 'POST', path: '/users', body: newUser('b') }))).toMatchObject({
      status: 403,
      code: 'Directory_QuotaExceeded',
    })
  })
})

describe('reading users', () => {
  it('finds one by id and by user principal name, with the properties asked for', async () => {
    const { call } = await createTestTenant()
    const { body } = await call({ method: 'POST', path: '/users', body: newUser('ann', { employeeId: 'E-7' }) })
    const byName = await call({ path: '/users/ANN%40edu.example?$select=id,employeeId,accountEnabled' })
    expect(byName.body).toEqual({
      '@odata.context': 'https://localhost:80/v1.0/$metadata#users(id,employeeId,accountEnabled)/$entity',
      id: body.id,
      employeeId: 'E-7',
      accountEnabled: true,
    })
    expect((await call({ path: `/users/${body.id}` })).body.id).toBe(body.id)
  })

  it.each([
    ["userPrincipalName eq 'ANN@edu.example'", 1],
    ["employeeId eq 'E-7'", 1],
    ["mailNickname eq 'ann'", 1],
    ["employeeId eq 'E-7' and mailNickname eq 'bob'", 0],
    ["mailNickname eq 'bob' or employeeId eq 'E-7'", 2],
    ["userPrincipalName in ('ann@edu.example', 'bob@edu.example', 'cat@edu.example')", 2],
    ["employeeId eq 'O''Neill'", 0],
  ])('filters by %s', async (filter, count) => {
    const { call } = await createTestTenant()
    await call({ method: 'POST', path: '/users', body: newUser('ann', { employeeId: 'E-7' }) })
    await call({ method: 'POST', path: '/users', body: newUser('bob') })
    const answer = await call({ path: `/users?$filter=${encodeURIComponent(filter)}` })
    expect(answer.body.value).toHaveLength(count)
  })

  it.each([
    ['displayName eq 1', 400, 'BadRequest'],
    ["displayName ne 'a'", 400, 'Request_UnsupportedQuery'],
    ["jobTitle eq 'a'", 400, 'Request_UnsupportedQuery'],
    ["student/externalId eq '1'", 400, 'Request_UnsupportedQuery'],
  ])('refuses the filter %s', async (filter, status, code) => {
    const { call } = await createTestTenant()
    expect(errorOf(await call({ path: `/users?$filter=${encodeURIComponent(filter)}` }))).toMatchObject({ status, code })
  })

  it('refuses a property that users lack and a path that Graph lacks', async () => {
    const { call } = await createTestTenant()
    expect(errorOf(await call({ path: '/users?$select=shoeSize' }))).toEqual({
      status: 400,
      code: 'BadRequest',
      message: "Could not find a property named 'shoeSize' on type 'microsoft.graph.user'.",
    })
    expect(errorOf(await call({ path: '/shoes' })).message).toBe("Resource not found for the segment 'shoes'.")
    expect((await call({ method: 'PATCH', path: '/subscribedSkus', body: {} })).status).toBe(405)
  })

  it('hands a long list out page by page, each user once', async () => {
    const { call, simulator } = await createTestTenant()
    simulator.seed({ users: Array.from({ length: 25 }, (_, place) => ({ userPrincipalName: `u${place}@edu.example` })) })
    const seen: unknown[] = []
    let path: string | undefined = '/users?$top=10&$select=userPrincipalName'
    while (path !== undefined) {
      const { body } = await call({ path })
      seen.push(...(Array.isArray(body.value) ? body.value.map((user) => Object(user).userPrincipalName) : []))
      const next = body['@odata.nextLink']
      path = typeof next === 'string' ? next.slice(next.indexOf('/v1.0') + '/v1.0'.length) : undefined
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, place) => `u${place}@edu.example`))
  })
})

describe('changing and deleting users', () => {
  it('answers 204 to PATCH and moves the indexes along', async () => {
    const { call } = await createTestTenant()
    const { body } = await call({ method: 'POST', path: '/users', body: newUser('ann') })
    const patched = await call({
      method: 'PATCH',
      path: `/users/${body.id}`,
      body: { userPrincipalName: 'anna@edu.example', employeeId: '9' },
    })
    expect(patched.status).toBe(204)
    expect(patched.body).toEqual({})
    expect((await call({ path: '/users/ann@edu.example' })).status).toBe(404)
    expect((await call({ path: "/users?$filter=employeeId%20eq%20'9'" })).body.value).toMatchObject([
      { userPrincipalName: 'anna@edu.example' },
    ])
  })

  it('refuses to take another’s name and to clear what must be there', async () => {
    const { call } = await createTestTenant()
    await call({ method: 'POST', path: '/users', body: newUser('ann') })
    await call({ method: 'POST', path: '/users', body: newUser('bob') })
    const taken = await call({ method: 'PATCH', path: '/users/bob@edu.example', body: { userPrincipalName: 'ann@edu.example' } })
    expect(errorOf(taken).message).toBe('Another object with the same value for property userPrincipalName already exists.')
    const cleared = await call({ method: 'PATCH', path: '/users/bob@edu.example', body: { displayName: null } })
    expect(errorOf(cleared).message).toBe("Invalid value specified for property 'displayName' of resource 'User'.")
  })

  it('keeps a deleted user for 30 days, with its name free at once', async () => {
    const { call, clock, token } = await createTestTenant()
    const { body } = await call({ method: 'POST', path: '/users', body: newUser('ann') })
    expect((await call({ method: 'DELETE', path: '/users/ann@edu.example' })).status).toBe(204)
    expect((await call({ path: `/users/${body.id}` })).status).toBe(404)
    const deleted = await call({ path: `/directory/deletedItems/${body.id}` })
    expect(deleted.body).toMatchObject({
      '@odata.type': '#microsoft.graph.user',
      userPrincipalName: `${String(body.id).replaceAll('-', '')}ann@edu.example`,
    })
    expect((await call({ method: 'POST', path: '/users', body: newUser('ann') })).status).toBe(201)
    clock.advance(30 * 86_400_000)
    expect((await call({ path: `/directory/deletedItems/${body.id}`, token: await token() })).status).toBe(404)
  })

  it('restores a deleted user with its memberships, unless its name is taken', async () => {
    const { call, simulator } = await createTestTenant()
    const { classes } = simulator.seed({ classes: [{ externalId: '7A' }] })
    const { body } = await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: '1' }) })
    const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/education/users/${body.id}` }
    await call({ method: 'POST', path: `/education/classes/${classes['7A']}/members/$ref`, body: reference })
    await call({ method: 'DELETE', path: `/education/users/${body.id}` })
    expect((await call({ path: `/education/classes/${classes['7A']}/members` })).body.value).toEqual([])
    const restored = await call({ method: 'POST', path: `/directory/deletedItems/${body.id}/restore` })
    expect(restored.status).toBe(200)
    expect(restored.body.userPrincipalName).toBe('ann@edu.example')
    expect((await call({ path: `/education/classes/${classes['7A']}/members` })).body.value).toHaveLength(1)

    await call({ method: 'DELETE', path: `/users/${body.id}` })
    await call({ method: 'POST', path: '/users', body: newUser('ann') })
    const path = `/directory/deletedItems/${body.id}/restore`
    expect((await call({ method: 'POST', path })).status).toBe(400)
    expect((await call({ method: 'POST', path, body: { newUserPrincipalName: 'ann2@edu.example' } })).body.userPrincipalName).toBe(
      'ann2@edu.example',
    )
  })
})
