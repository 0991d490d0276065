import { expect, test } from 'vitest'
import { WorkerPollEnv } from './env.ts'

test('reads no key that opens initial passwords: who only looks needs none', () => {
  expect(Object.keys(WorkerPollEnv.shape)).not.toContain('CREDENTIAL_KEYS')
})
