import { expect, test } from 'vitest'
import { z } from 'zod'
import { cleaning } from '../test-support/cleaning.ts'
import { defineSchedule } from './define-schedule.ts'

const sound = {
  name: 'nightlyCleaning',
  process: cleaning,
  about: 'Sweeps the rooms of a house.',
  settings: z.object({ rooms: z.number().min(1) }),
  defaults: { cron: '0 2 * * *', timeZone: 'Europe/Sofia', enabled: true, settings: { rooms: 4 } },
  inputOf: () => ({ house: 'h1', rooms: 1, dueAt: '', trigger: 'manual', by: '', why: null }) as const,
}

test('a sound schedule is taken as it is', () => {
  expect(defineSchedule(sound)).toBe(sound)
})

test('a schedule whose defaults could never fire is refused when its module loads', () => {
  const define = (changes: object) => () => defineSchedule({ ...sound, ...changes })
  expect(define({ defaults: { ...sound.defaults, cron: '0 24 * * *' } })).toThrowErrorMatchingInlineSnapshot(
    `[Error: Schedule nightlyCleaning: cron: hour: 24 is not 0-23.]`,
  )
  expect(define({ defaults: { ...sound.defaults, timeZone: 'Sofia' } })).toThrowErrorMatchingInlineSnapshot(
    `[Error: Schedule nightlyCleaning: timeZone: "Sofia" is no time zone; expected a name of the IANA database, such as UTC or Europe/Sofia.]`,
  )
  expect(define({ defaults: { ...sound.defaults, settings: { rooms: 0 } } })).toThrowErrorMatchingInlineSnapshot(`
    [Error: Schedule nightlyCleaning: its defaults are not what its settings ask for: ✖ Too small: expected number to be >=1
      → at rooms.]
  `)
})

test('a schedule whose words do not fit together is refused when its module loads', () => {
  const define = (changes: object) => () => defineSchedule({ ...sound, ...changes })
  expect(define({ name: 'nightly cleaning', about: ' ' })).toThrowErrorMatchingInlineSnapshot(
    `[Error: Schedule nightly cleaning: its name is to be 1 to 60 letters, digits and hyphens, and to begin with a letter; \`about\` is empty: say in a sentence what its runs do.]`,
  )
  expect(define({ environment: { broom: 'CRON_BROOM' } })).toThrowErrorMatchingInlineSnapshot(
    `[Error: Schedule nightlyCleaning: \`environment\` names broom, which is no setting of it.]`,
  )
  const settings = z.object({ rooms: z.number(), enabled: z.boolean() })
  expect(define({ settings, defaults: { ...sound.defaults, settings: { rooms: 1, enabled: true } } })).toThrowErrorMatchingInlineSnapshot(
    `[Error: Schedule nightlyCleaning: enabled is a setting of every schedule.]`,
  )
})
