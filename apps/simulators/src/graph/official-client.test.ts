import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClientCertificate } from '../test-support/create-client-certificate.ts'
import { SIMULATED_CLIENT_ID, SIMULATED_CLIENT_SECRET } from './create-graph-core.ts'
import { createGraphSimulator, type GraphSimulator } from './create-graph-simulator.ts'

const CLIENT = fileURLToPath(new URL('../test-support/official-client.ts', import.meta.url))
let directory = ''
let simulator: GraphSimulator
let results: Record<string, unknown>

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulator-client-'))
  const { certificate, key } = await createClientCertificate()
  await writeFile(join(directory, 'client.pem'), `${key}\n${certificate}\n`, { mode: 0o600 })
  simulator = await createGraphSimulator({ clients: [{ clientId: SIMULATED_CLIENT_ID, secrets: [SIMULATED_CLIENT_SECRET], certificate }] })
  await writeFile(join(directory, 'ca.pem'), simulator.ca)
  const url = await simulator.start()
  simulator.addFault({ match: { upn: 'bob@edu.example' }, fault: { kind: 'commitThen', status: 504 }, times: 1 })
  simulator.addFault({ match: { upn: 'cat@edu.example' }, fault: { kind: 'commitThenReset' } })
  simulator.addFault({ match: { pathPattern: '/education/schools' }, fault: { kind: 'reset' } })
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT, url, join(directory, 'client.pem')], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem') },
  })
  results = JSON.parse(stdout)
}, 60_000)

afterAll(async () => {
  await simulator.close()
  await rm(directory, { recursive: true })
})

it('serves the official client and @azure/identity over TLS', () => {
  expect(results.created).toMatchObject({ userPrincipalName: 'ann@edu.example', primaryRole: 'student' })
  expect(results.found).toMatchObject({ value: [{ student: { externalId: 'P-1' } }] })
  expect(results.batch).toMatchObject({ responses: [{ id: '1', status: 200 }] })
})

it('gives the official client Graph’s errors', () => {
  expect(results.conflict).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' })
  expect(results.absent).toMatchObject({ statusCode: 404, code: 'Request_ResourceNotFound' })
  expect(results.wrongSecret).toMatchObject({ message: expect.stringContaining('AADSTS7000215') })
})

it('accepts an assertion signed with the registered certificate', () => {
  expect(results.withCertificate).toMatchObject({ value: expect.any(Array) })
})

it('shows that the client repeats a create by itself after a lost answer, and then meets its own account', () => {
  expect(results.retried).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' })
  expect(simulator.counters()).toMatchObject({ retryAttempts: 1, creates: { 'bob@edu.example': { attempts: 2, committed: 1 } } })
})

it('cuts the connection where a fault says so', () => {
  expect(results.reset).toMatchObject({ statusCode: -1 })
  expect(simulator.counters().byFault).toEqual({ commitThen: 1, commitThenReset: 1, reset: 1 })
})

it('commits before it cuts the connection, where a fault says that', () => {
  expect(results.lost).toMatchObject({ statusCode: -1 })
  expect(simulator.state().users).toContainEqual(expect.objectContaining({ userPrincipalName: 'cat@edu.example' }))
})
