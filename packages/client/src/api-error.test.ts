import { expect, test } from 'vitest'
import { ApiError } from './api-error.ts'

const title = 'A dry run is needed.'

test.each([
  ['None was named.', 'A dry run is needed. None was named.'],
  ['A dry run is needed. None was named.', 'A dry run is needed. None was named.'],
  ['A dry run is needed.', 'A dry run is needed.'],
])('the sentence of a refusal is said once: %s', (detail, message) => {
  expect(new ApiError({ type: 'urn:x', title, status: 409, detail, code: 'DRY_RUN_NEEDED' }).message).toBe(message)
})
