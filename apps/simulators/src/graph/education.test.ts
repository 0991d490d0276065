import { describe, expect, it } from 'vitest'
import { createTestTenant, errorOf, newPupil, newUser, type TestTenant } from '../test-support/create-test-tenant.ts'

async function createSchoolTenant() {
  const tenant = await createTestTenant()
  const { schools, classes } = tenant.simulator.seed({
    schools: [{ externalId: 'S1' }],
    classes: [{ externalId: '7A', schoolExternalId: 'S1' }],
  })
  return { ...tenant, school: String(schools.S1), class7a: String(classes['7A']) }
}

async function createPupil({ tenant, name, personId }: { tenant: TestTenant; name: string; personId: string }): Promise<string> {
  const answer = await tenant.call({ method: 'POST', path: '/education/users', body: newPupil({ name, personId }) })
  return String(answer.body.id)
}

function educationUser(id: string) {
  return { '@odata.id': `https://graph.microsoft.com/v1.0/education/users/${id}` }
}

describe('education users', () => {
  it('are created with 201, the role and the marker, in one object with the user', async () => {
    const { call } = await createTestTenant()
    const answer = await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      primaryRole: 'student',
      student: { externalId: 'P-1' },
      teacher: null,
      userPrincipalName: 'ann@edu.example',
    })
    expect(answer.body).not.toHaveProperty('passwordProfile')
    expect((await call({ path: '/users/ann@edu.example' })).body.id).toBe(answer.body.id)
    expect((await call({ path: `/education/users/${answer.body.id}/user` })).body.id).toBe(answer.body.id)
  })

  it.each([
    ["student/externalId eq 'P-1'", 1],
    ["teacher/externalId eq 'P-1'", 1],
    ["student/externalId eq 'P-1' or teacher/externalId eq 'P-1'", 2],
    ["userPrincipalName eq 'TINA@edu.example'", 1],
    ["mailNickname eq 'ann'", 1],
    ["student/externalId eq 'P-2'", 0],
  ])('are found by %s', async (filter, count) => {
    const { call } = await createTestTenant()
    await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    await call({
      method: 'POST',
      path: '/education/users',
      body: newUser('tina', { primaryRole: 'teacher', teacher: { externalId: 'P-1' } }),
    })
    expect((await call({ path: `/education/users?$filter=${encodeURIComponent(filter)}` })).body.value).toHaveLength(count)
  })

  it('are changed with 200 and the user, part by part in complex values', async () => {
    const { call } = await createTestTenant()
    await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    const answer = await call({
      method: 'PATCH',
      path: '/education/users/ann@edu.example',
      body: { student: { grade: '8' }, middleName: 'Lee' },
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ middleName: 'Lee', student: { externalId: 'P-1', grade: '8' } })
  })

  it('are deleted with 204', async () => {
    const { call } = await createTestTenant()
    await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    expect((await call({ method: 'DELETE', path: '/education/users/ann@edu.example' })).status).toBe(204)
    expect((await call({ path: '/education/users/ann@edu.example' })).status).toBe(404)
    expect((await call({ path: "/education/users?$filter=student/externalId%20eq%20'P-1'" })).body.value).toEqual([])
  })

  it('refuse a role that there is not', async () => {
    const { call } = await createTestTenant()
    const answer = await call({ method: 'POST', path: '/education/users', body: newUser('ann', { primaryRole: 'parent' }) })
    expect(errorOf(answer).message).toBe("Invalid value specified for property 'primaryRole' of resource 'User'.")
  })
})

describe('schools', () => {
  it('are made, read and found by external id and number', async () => {
    const { call } = await createTestTenant()
    const body = { displayName: 'First School', externalId: 'S9', schoolNumber: '2400123' }
    const created = await call({ method: 'POST', path: '/education/schools', body })
    expect(created.status).toBe(201)
    expect((await call({ path: `/education/schools/${created.body.id}` })).body).toMatchObject(body)
    expect((await call({ path: "/education/schools?$filter=externalId%20eq%20'S9'" })).body.value).toMatchObject([body])
    expect((await call({ path: "/education/schools?$filter=schoolNumber%20eq%20'2400123'" })).body.value).toMatchObject([body])
    expect((await call({ method: 'POST', path: '/education/schools', body: {} })).status).toBe(400)
  })

  it('take a user once: 204, then a conflicting object', async () => {
    const tenant = await createSchoolTenant()
    const id = await createPupil({ tenant, name: 'ann', personId: 'P-1' })
    const path = `/education/schools/${tenant.school}/users/$ref`
    expect((await tenant.call({ method: 'POST', path, body: educationUser(id) })).status).toBe(204)
    expect(errorOf(await tenant.call({ method: 'POST', path, body: educationUser(id) }))).toEqual({
      status: 400,
      code: 'Request_BadRequest',
      message: 'A conflicting object with one or more of the specified property values is present in the directory.',
    })
    expect((await tenant.call({ path: `/education/schools/${tenant.school}/users` })).body.value).toMatchObject([{ id }])
    expect((await tenant.call({ path: '/education/users/ann@edu.example/schools' })).body.value).toMatchObject([{ externalId: 'S1' }])
    expect((await tenant.call({ path: `/education/schools/${tenant.school}/classes` })).body.value).toMatchObject([{ externalId: '7A' }])
  })

  it('let a user go with 204, and answer 404 for one who is not in', async () => {
    const tenant = await createSchoolTenant()
    const id = await createPupil({ tenant, name: 'ann', personId: 'P-1' })
    await tenant.call({ method: 'POST', path: `/education/schools/${tenant.school}/users/$ref`, body: educationUser(id) })
    const path = `/education/schools/${tenant.school}/users/${id}/$ref`
    expect((await tenant.call({ method: 'DELETE', path })).status).toBe(204)
    expect((await tenant.call({ method: 'DELETE', path })).status).toBe(404)
  })
})

describe('classes and their groups', () => {
  it('share one id, members and owners', async () => {
    const tenant = await createSchoolTenant()
    const { call, class7a } = tenant
    const pupil = await createPupil({ tenant, name: 'ann', personId: 'P-1' })
    const teacher = await createPupil({ tenant, name: 'tina', personId: 'P-2' })
    await call({ method: 'POST', path: `/education/classes/${class7a}/members/$ref`, body: educationUser(pupil) })
    await call({ method: 'POST', path: `/education/classes/${class7a}/teachers/$ref`, body: educationUser(teacher) })
    expect((await call({ path: `/groups/${class7a}` })).body).toMatchObject({ id: class7a, groupTypes: ['Unified'] })
    expect((await call({ path: `/groups/${class7a}/members` })).body.value).toMatchObject([
      { '@odata.type': '#microsoft.graph.user', id: pupil },
    ])
    expect((await call({ path: `/groups/${class7a}/owners` })).body.value).toMatchObject([{ id: teacher }])
    expect((await call({ path: `/education/classes/${class7a}/members` })).body.value).toMatchObject([{ id: pupil }])
    expect((await call({ path: `/education/classes/${class7a}/teachers` })).body.value).toMatchObject([{ id: teacher }])
    expect((await call({ path: '/education/users/tina@edu.example/taughtClasses' })).body.value).toMatchObject([{ id: class7a }])
    expect((await call({ path: '/education/users/ann@edu.example/classes' })).body.value).toMatchObject([{ id: class7a }])
    expect((await call({ path: '/users/ann@edu.example/memberOf' })).body.value).toMatchObject([
      { '@odata.type': '#microsoft.graph.group', id: class7a },
    ])
  })

  it('are made with 201 and found by external id', async () => {
    const { call } = await createTestTenant()
    const body = { displayName: 'Maths 7', mailNickname: 'maths-7', externalId: 'C9' }
    const created = await call({ method: 'POST', path: '/education/classes', body })
    expect(created.status).toBe(201)
    expect((await call({ path: "/education/classes?$filter=externalId%20eq%20'C9'" })).body.value).toMatchObject([{ id: created.body.id }])
    expect((await call({ path: `/education/classes/${created.body.id}/group` })).body.displayName).toBe('Maths 7')
  })

  it.each([
    { face: 'the class', collection: 'education/classes', side: 'members', property: 'members', missing: 400 },
    { face: 'the class', collection: 'education/classes', side: 'teachers', property: 'owners', missing: 400 },
    { face: 'the group', collection: 'groups', side: 'members', property: 'members', missing: 404 },
    { face: 'the group', collection: 'groups', side: 'owners', property: 'owners', missing: 404 },
  ])('through $face: $side take a user once, let it go once', async ({ collection, side, property, missing }) => {
    const tenant = await createSchoolTenant()
    const id = await createPupil({ tenant, name: 'ann', personId: 'P-1' })
    const path = `/${collection}/${tenant.class7a}/${side}`
    const body = collection === 'groups' ? { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` } : educationUser(id)
    expect((await tenant.call({ method: 'POST', path: `${path}/$ref`, body })).status).toBe(204)
    expect(errorOf(await tenant.call({ method: 'POST', path: `${path}/$ref`, body }))).toEqual({
      status: 400,
      code: 'Request_BadRequest',
      message: `One or more added object references already exist for the following modified properties: '${property}'.`,
    })
    expect((await tenant.call({ method: 'DELETE', path: `${path}/${id}/$ref` })).status).toBe(204)
    expect((await tenant.call({ method: 'DELETE', path: `${path}/${id}/$ref` })).status).toBe(missing)
  })

  it('answer 404 for a user or class that is not there, and 400 for a reference that is none', async () => {
    const tenant = await createSchoolTenant()
    const id = await createPupil({ tenant, name: 'ann', personId: 'P-1' })
    const absent = '00000000-0000-4000-8000-00000000dead'
    const path = `/education/classes/${tenant.class7a}/members/$ref`
    expect(errorOf(await tenant.call({ method: 'POST', path, body: educationUser(absent) }))).toEqual({
      status: 404,
      code: 'Request_ResourceNotFound',
      message: `Resource '${absent}' does not exist or one of its queried reference-property objects are not present.`,
    })
    expect((await tenant.call({ method: 'POST', path: `/education/classes/${absent}/members/$ref`, body: educationUser(id) })).status).toBe(
      404,
    )
    expect((await tenant.call({ method: 'POST', path, body: { '@odata.id': id } })).status).toBe(400)
  })

  it('bind up to 20 members in one PATCH, all or none', async () => {
    const tenant = await createSchoolTenant()
    const ids: string[] = []
    for (let place = 0; place < 21; place += 1) ids.push(await createPupil({ tenant, name: `p${place}`, personId: `P-${place}` }))
    const bind = (bound: readonly string[]) => ({
      'members@odata.bind': bound.map((id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`),
    })
    const path = `/groups/${tenant.class7a}`
    expect((await tenant.call({ method: 'PATCH', path, body: bind(ids) })).status).toBe(400)
    expect((await tenant.call({ method: 'PATCH', path, body: bind(ids.slice(0, 5)) })).status).toBe(204)
    expect((await tenant.call({ method: 'PATCH', path, body: bind(ids.slice(4, 10)) })).status).toBe(400)
    expect((await tenant.call({ path: `/groups/${tenant.class7a}/members` })).body.value).toHaveLength(5)
  })
})
