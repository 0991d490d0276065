import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestTenant, newPupil, newUser } from '../test-support/create-test-tenant.ts'
import { createGraphSimulator } from './create-graph-simulator.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulator-state-'))
})
afterEach(() => rm(directory, { recursive: true }))

it('finds the tenant again after a restart: accounts, memberships, deleted ones and licences', async () => {
  const stateFile = join(directory, 'graph.json')
  const before = await createTestTenant({ stateFile })
  const { classes, skus } = before.simulator.seed({
    schools: [{ externalId: 'S1' }],
    classes: [{ externalId: '7A', schoolExternalId: 'S1' }],
    skus: [{ skuPartNumber: 'STUDENT', enabled: 3 }],
  })
  const { body } = await before.call({
    method: 'POST',
    path: '/education/users',
    body: { ...newPupil({ name: 'ann', personId: 'P-1' }), usageLocation: 'BG' },
  })
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/education/users/${body.id}` }
  await before.call({ method: 'POST', path: `/education/classes/${classes['7A']}/members/$ref`, body: reference })
  await before.call({
    method: 'POST',
    path: `/users/${body.id}/assignLicense`,
    body: { addLicenses: [{ skuId: skus.STUDENT }], removeLicenses: [] },
  })
  await before.call({ method: 'POST', path: '/users', body: newUser('gone') })
  await before.call({ method: 'DELETE', path: '/users/gone@edu.example' })
  await before.simulator.close()

  const after = await createTestTenant({ stateFile })
  expect(after.simulator.state()).toEqual(before.simulator.state())
  expect((await after.call({ path: '/subscribedSkus' })).body.value).toMatchObject([{ consumedUnits: 1 }])
  expect((await after.call({ path: "/education/users?$filter=student/externalId%20eq%20'P-1'" })).body.value).toMatchObject([
    { id: body.id },
  ])
  await after.simulator.close()
})

it('keeps no password and leaves no temporary file', async () => {
  const stateFile = join(directory, 'graph.json')
  const { call, simulator } = await createTestTenant({ stateFile })
  await call({ method: 'POST', path: '/users', body: newUser('ann') })
  await simulator.close()
  expect(await readFile(stateFile, 'utf8')).toContain('ann@edu.example')
  expect(await readFile(stateFile, 'utf8')).not.toContain('Correct-horse-7')
  expect(await readdir(directory)).toEqual(['graph.json'])
})

it('makes the folder it is told to write in', async () => {
  const stateFile = join(directory, 'new', 'graph.json')
  const { call, simulator } = await createTestTenant({ stateFile })
  await call({ method: 'POST', path: '/users', body: newUser('ann') })
  await simulator.close()
  expect(await readFile(stateFile, 'utf8')).toContain('ann@edu.example')
})

it.each(['{"version":2}', '{"version":'])('refuses a file that holds %s, naming it', async (content) => {
  const stateFile = join(directory, 'graph.json')
  await writeFile(stateFile, content)
  await expect(createGraphSimulator({ stateFile })).rejects.toThrow(
    /state file .*graph\.json does not fit: [\s\S]*Remove it to start empty\./,
  )
})
