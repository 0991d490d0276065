// Compiled, never run: each mistake that a schedule must not allow stands here once, and `tsc` fails when one becomes possible.
import { z } from 'zod'
import { defineProcess } from '../define-process.ts'
import { defineSchedule } from './define-schedule.ts'

const process = defineProcess({
  name: 'cleaning',
  input: z.object({ house: z.string(), rooms: z.number(), dryRun: z.boolean().default(false) }),
  about: ({ house }) => ({ type: 'CLEAN', subjectId: house, subjectName: null, scopeId: null }),
  start: 'SWEEP',
  states: { SWEEP: { worker: 'sync', next: { swept: 'COMPLETED' } } },
})
const settings = z.object({ rooms: z.number() })
const rest = { name: 'nightly', process, about: 'Sweeps.', settings } as const
const times = { cron: '0 2 * * *', timeZone: 'UTC', enabled: true } as const
const defaults = { ...times, settings: { rooms: 4 } }

defineSchedule({
  ...rest,
  defaults,
  environment: { rooms: 'CRON_ROOMS', cron: 'CRON_SCHEDULE' },
  overridable: ['dryRun'],
  inputOf: (occasion) => ({ house: occasion.requestedBy, rooms: occasion.settings.rooms }),
})

// @ts-expect-error a default has another type than its setting
defineSchedule({ ...rest, defaults: { ...times, settings: { rooms: 'four' } }, inputOf: () => ({ house: 'h', rooms: 1 }) })

// @ts-expect-error the environment gives a value to a setting that there is not
defineSchedule({ ...rest, defaults, environment: { mop: 'CRON_MOP' }, inputOf: () => ({ house: 'h', rooms: 1 }) })

// @ts-expect-error an order may give a field that the input does not have
defineSchedule({ ...rest, defaults, overridable: ['wetRun'], inputOf: () => ({ house: 'h', rooms: 1 }) })

// @ts-expect-error the input lacks a field that the process needs
defineSchedule({ ...rest, defaults, inputOf: () => ({ house: 'h' }) })

// @ts-expect-error the input reads a setting that there is not
defineSchedule({ ...rest, defaults, inputOf: (occasion) => ({ house: 'h', rooms: occasion.settings.mops }) })
