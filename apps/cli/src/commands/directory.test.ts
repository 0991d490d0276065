import { expect, test } from 'vitest'
import { createTestCli } from '../test-support/create-test-cli.ts'

// What it does with a directory is told by e2e/faults/sql-restored.test.ts.
const GRAPH = { GRAPH_TENANT_ID: 'tenant', GRAPH_CLIENT_ID: 'client', GRAPH_CLIENT_SECRET: 'secret', GRAPH_DOMAIN: 'edu.example' }

test('names are taken back for a reason only', async () => {
  const { code, err } = await createTestCli({ env: GRAPH })('directory', 'strangers', '--take-back')
  expect([code, err]).toEqual([2, 'Say why: --take-back needs a --reason.'])
})

test('says which settings it lacks to reach the directory', async () => {
  const { code, err } = await createTestCli({ env: {} })('directory', 'strangers')
  expect([code, err]).toEqual([2, expect.stringContaining('GRAPH_DOMAIN: is not set')])
})
