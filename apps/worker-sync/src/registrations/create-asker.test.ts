import { expect, test } from 'vitest'
import { createAsker } from './create-asker.ts'

test('asks with one client per patience, so that jobs share what its breaker knows', () => {
  const ask = createAsker({ ORGANIZATION_SERVICE_URL: 'http://localhost:5003' })
  expect(ask({ maxRetries: 3 })).toBe(ask({ maxRetries: 3 }))
  expect(ask({ maxRetries: 3 })).not.toBe(ask({ maxRetries: 0 }))
})
