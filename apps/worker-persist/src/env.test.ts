import { readEnv } from '@rollcall/platform'
import { expect, test } from 'vitest'
import { WorkerPersistEnv } from './env.ts'

test('reads no setting of Microsoft Graph, so that no secret of it need be here', () => {
  expect(Object.keys(WorkerPersistEnv.shape).filter((name) => name.startsWith('GRAPH_'))).toEqual([])
})

test('needs the keys that seal initial passwords', () => {
  expect(() => readEnv(WorkerPersistEnv, {})).toThrow('CREDENTIAL_KEYS: is not set')
})
