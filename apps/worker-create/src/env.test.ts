import { readEnv } from '@rollcall/platform'
import { expect, test } from 'vitest'
import { WorkerCreateEnv } from './env.ts'

test('names everything that is missing at once', () => {
  expect(() => readEnv(WorkerCreateEnv, { GRAPH_BASE_URL: 'http://graph' })).toThrowErrorMatchingInlineSnapshot(`
    [CodedError: The environment is not as this app needs it. 
      GRAPH_BASE_URL: Invalid URL (Microsoft Graph; another host for national clouds or the simulator.)
      GRAPH_DOMAIN: is not set (The accounts' verified domain: what stands after the @ in their names.)
      CREDENTIAL_KEYS: is not set (Keys that seal initial passwords: id:base64key[,id:base64key], 32 bytes each; the first seals, all open.)]
  `)
})
