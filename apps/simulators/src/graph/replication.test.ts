import { describe, expect, it } from 'vitest'
import { createTestTenant, errorOf, newPupil } from '../test-support/create-test-tenant.ts'

const ANN = '/education/users/ann@edu.example'

describe('replication lag', () => {
  it('hides a new account from reads while the primary already refuses its name', async () => {
    const { call, clock } = await createTestTenant({ lag: { minMs: 5_000, maxMs: 5_000 } })
    const body = newPupil({ name: 'ann', personId: 'P-1' })
    const created = await call({ method: 'POST', path: '/education/users', body })
    expect(created.status).toBe(201)
    expect(errorOf(await call({ path: ANN }))).toMatchObject({ status: 404, code: 'Request_ResourceNotFound' })
    expect((await call({ path: "/education/users?$filter=student/externalId%20eq%20'P-1'" })).body.value).toEqual([])
    const again = await call({ method: 'POST', path: '/education/users', body })
    expect(Object(again.body.error).details[0].code).toBe('ObjectConflict')
    clock.advance(5_000)
    expect((await call({ path: ANN })).body.id).toBe(created.body.id)
  })

  it('reaches each replica at its own time, so a read can succeed and the next one fail', async () => {
    const { call, clock } = await createTestTenant({ replicas: 3, lag: { minMs: 0, maxMs: 10_000 }, seed: 7 })
    await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    clock.advance(5_000)
    const statuses = new Set<number>()
    for (let read = 0; read < 40; read += 1) statuses.add((await call({ path: ANN })).status)
    expect(statuses).toEqual(new Set([200, 404]))
    clock.advance(5_000)
    for (let read = 0; read < 20; read += 1) statuses.add((await call({ path: ANN })).status)
    expect((await call({ path: ANN })).status).toBe(200)
  })

  it('draws the same lags and replicas from the same seed', async () => {
    const run = async (seed: number) => {
      const { call, clock } = await createTestTenant({ lag: { minMs: 0, maxMs: 10_000 }, seed })
      await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
      const statuses: number[] = []
      for (let read = 0; read < 30; read += 1) {
        clock.advance(300)
        statuses.push((await call({ path: ANN })).status)
      }
      return statuses
    }
    expect(await run(3)).toEqual(await run(3))
    expect(await run(3)).not.toEqual(await run(4))
  })

  it('refuses a reference to an account that the serving replica has not got', async () => {
    const { call, clock, simulator } = await createTestTenant({ lag: { minMs: 2_000, maxMs: 2_000 } })
    const { classes } = simulator.seed({ classes: [{ externalId: '7A' }] })
    const { body } = await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    const add = () =>
      call({
        method: 'POST',
        path: `/education/classes/${classes['7A']}/members/$ref`,
        body: { '@odata.id': `https://graph.microsoft.com/v1.0/education/users/${body.id}` },
      })
    expect((await add()).status).toBe(404)
    clock.advance(2_000)
    expect((await add()).status).toBe(204)
    // The membership lags too, but a second add meets the primary.
    expect((await call({ path: `/education/classes/${classes['7A']}/members` })).body.value).toEqual([])
    expect((await add()).status).toBe(400)
    clock.advance(2_000)
    expect((await call({ path: `/education/classes/${classes['7A']}/members` })).body.value).toHaveLength(1)
  })

  it('hides one name on demand, whether its account is there or still to come', async () => {
    const { call, clock, simulator } = await createTestTenant()
    simulator.setLag({ hide: 'ann@edu.example', ms: 5_000 })
    await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'bob', personId: 'P-2' }) })
    expect((await call({ path: ANN })).status).toBe(404)
    expect((await call({ path: '/education/users/bob@edu.example' })).status).toBe(200)
    clock.advance(5_000)
    expect((await call({ path: ANN })).status).toBe(200)
    simulator.setLag({ hide: 'ann@edu.example', ms: 1_000 })
    expect((await call({ path: ANN })).status).toBe(404)
    clock.advance(1_000)
    expect((await call({ path: ANN })).status).toBe(200)
  })

  it('hides on the replicas that are named only', async () => {
    const { call, simulator } = await createTestTenant({ replicas: 2 })
    await call({ method: 'POST', path: '/education/users', body: newPupil({ name: 'ann', personId: 'P-1' }) })
    simulator.setLag({ hide: 'ann@edu.example', ms: 60_000, replicas: [1] })
    const statuses = new Set<number>()
    for (let read = 0; read < 30; read += 1) statuses.add((await call({ path: ANN })).status)
    expect(statuses).toEqual(new Set([200, 404]))
  })
})
