import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestService, type TestService } from './test-support/start-test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

async function eventsOf(registrationId: string): Promise<unknown[]> {
  const rows = await service.database.prisma.registrationEvent.findMany({ where: { registrationId }, orderBy: { version: 'asc' } })
  return rows.map(({ body }) => JSON.parse(body))
}

describe('a new registration', () => {
  test('is a draft of version 1 where nothing else is said, and says where it is', async () => {
    const answer = await service.post('/api/registrations', { userId: 'n-1', organizationName: ' Hill Farm Co-operative ' })
    const { registrationId } = answer.body.data
    expect(answer).toMatchObject({
      status: 201,
      headers: { location: `/api/registrations/${registrationId}`, etag: `"${registrationId}.1"` },
      body: {
        success: true,
        data: { userId: 'n-1', registrationNumber: null, status: 'draft', version: 1, organizationName: 'Hill Farm Co-operative' },
      },
    })
    expect((await service.get(String(answer.headers.location))).body).toEqual(answer.body)
  })

  test.each<[string, object, string]>([
    ['no user', { organizationName: 'X' }, '/userId'],
    ['no name', { userId: 'x' }, '/organizationName'],
    ['a blank name', { userId: 'x', organizationName: '  ' }, '/organizationName'],
    ['a status that is no word', { userId: 'x', organizationName: 'X', status: 'Under Review' }, '/status'],
    ['an unknown field', { userId: 'x', organizationName: 'X', version: 3 }, '/version'],
    ['a reason that cannot be printed', { userId: 'x', organizationName: 'X', reason: '\u0007' }, '/reason'],
  ])('is refused with %s', async (_what, body, pointer) => {
    const answer = await service.post('/api/registrations', body)
    expect([answer.status, answer.body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([422, [pointer]])
  })
})

describe('a change', () => {
  test('counts the version up, and leaves an event without the name and an audit row with the reason', async () => {
    const { registrationId } = await service.register({ registrationNumber: 'A-1', userId: 'a-1' })
    service.clock.moveTo(service.clock.now() + 60_000)
    const body = { status: 'approved', version: 1, reason: 'All papers are there.' }
    const answer = await service.patch(`/api/registrations/${registrationId}`, body)
    expect(answer).toMatchObject({
      status: 200,
      headers: { etag: `"${registrationId}.2"` },
      body: { data: { status: 'approved', version: 2 } },
    })
    const { organizationName: _, ...data } = answer.body.data
    expect((await eventsOf(registrationId))[1]).toEqual({ type: 'registration.changed', data })
    const [entry] = await service.database.audit.list({ targetType: 'registration', targetId: registrationId, limit: 1 })
    expect(entry).toMatchObject({
      actor: 'operator of the tests',
      action: 'registration.change',
      reason: 'All papers are there.',
      details: { version: 2, previousStatus: 'submitted', newStatus: 'approved', renamed: false },
    })
  })

  test('without a reason is recorded as one without', async () => {
    const { registrationId } = await service.register()
    await service.patch(`/api/registrations/${registrationId}`, { organizationName: 'Valley Farm', version: 1 })
    const entries = await service.database.audit.list({ targetType: 'registration', targetId: registrationId, limit: 2 })
    expect(entries.map(({ reason }) => reason)).toEqual(['none given', 'none given'])
    expect(JSON.stringify(entries)).not.toContain('Farm')
  })

  test('may name the version as an ETag', async () => {
    const { registrationId } = await service.register()
    const path = `/api/registrations/${registrationId}`
    const { headers } = await service.get(path)
    const sending = { headers: { 'if-match': String(headers.etag) } }
    expect((await service.patch(path, { status: 'approved' }, sending)).status).toBe(200)
    const late = await service.patch(path, { status: 'rejected' }, sending)
    expect([late.status, late.body.code, late.body.detail]).toEqual([412, 'REGISTRATION_CHANGED', 'Its version is 2.'])
  })

  test.each<[string, object, Record<string, string>]>([
    ['no version', { status: 'approved' }, {}],
    ['any version', { status: 'approved' }, { 'if-match': '*' }],
  ])('for %s is 428', async (_what, body, headers) => {
    const { registrationId } = await service.register()
    const answer = await service.patch(`/api/registrations/${registrationId}`, body, { headers })
    expect([answer.status, answer.body.code]).toEqual([428, 'VERSION_MISSING'])
  })

  test('for another version is 412, and changes nothing', async () => {
    const { registrationId } = await service.register()
    const answer = await service.patch(`/api/registrations/${registrationId}`, { status: 'approved', version: 2 })
    expect([answer.status, answer.body.code]).toEqual([412, 'REGISTRATION_CHANGED'])
    expect(await eventsOf(registrationId)).toHaveLength(1)
  })

  test('made by two at once is made by one; the other is told', async () => {
    const { registrationId } = await service.register()
    const send = (status: string) => service.patch(`/api/registrations/${registrationId}`, { status, version: 1 })
    const answers = await Promise.all(['approved', 'rejected', 'clarification'].map(send))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412])
    expect(await eventsOf(registrationId)).toHaveLength(2)
  })

  test('of nothing tells nobody', async () => {
    const { registrationId, registrationNumber } = await service.register()
    const answer = await service.patch(`/api/registrations/${registrationId}`, { status: 'submitted', registrationNumber, version: 1 })
    expect([answer.status, answer.body.data.version]).toEqual([200, 1])
    expect(await eventsOf(registrationId)).toHaveLength(1)
  })

  test.each<[string, string, object, number, string]>([
    ['no registration', '00000000-0000-4000-8000-000000000000', { status: 'approved', version: 1 }, 404, 'REGISTRATION_NOT_FOUND'],
    ['what is no id', 'ETH-2024-1', { status: 'approved', version: 1 }, 400, 'INVALID_PARAMETERS'],
    ['no field', '00000000-0000-4000-8000-000000000000', { version: 1 }, 422, 'INVALID_BODY'],
    ['the id itself', '00000000-0000-4000-8000-000000000000', { registrationId: 'x', version: 1 }, 422, 'INVALID_BODY'],
  ])('of %s is refused', async (_what, id, body, status, code) => {
    const answer = await service.patch(`/api/registrations/${id}`, body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })
})
