import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createInitialPassword } from './initial-password.ts'

test('an initial password has 14 characters of all four kinds, none of them easily mistaken', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (stream) => {
      const password = createInitialPassword((below) => Number(stream.next().value) % below)
      expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[2-9])(?=.*[!#%+=?])[^lIO01o]{14}$/)
    }),
  )
})
