import { defineProcess, defineSchedule } from '@rollcall/engine'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readEnv } from '../read-env.ts'
import { schedulesEnv } from './schedules-env.ts'

const sweeping = defineProcess({
  name: 'sweeping',
  input: z.object({ house: z.string() }),
  about: ({ house }) => ({ type: 'SWEEP', subjectId: house, subjectName: null, scopeId: null }),
  start: 'SWEEP',
  states: { SWEEP: { worker: 'sync', next: { swept: 'COMPLETED' } } },
})

const schedule = (name: string, rooms: number) =>
  defineSchedule({
    name,
    process: sweeping,
    about: 'Sweeps a house.',
    settings: z.object({ rooms: z.number().max(10) }),
    defaults: { cron: '0 * * * *', timeZone: 'UTC', enabled: true, settings: { rooms } },
    environment: { cron: `CRON_${name}`, rooms: 'CRON_ROOMS' },
    inputOf: () => ({ house: 'h1' }),
  })

const Env = z.object({ ...schedulesEnv([schedule('A', 3), schedule('B', 5)]) })

test('every variable that a schedule names may be set, and says what it is for', () => {
  expect(Object.entries(Env.shape).map(([name, setting]) => [name, (setting as z.ZodType).description])).toMatchInlineSnapshot(`
    [
      [
        "CRON_A",
        "The first value of cron of the schedule A (otherwise 0 * * * *), until an operator sets it.",
      ],
      [
        "CRON_ROOMS",
        "The first value of rooms of the schedule A (otherwise 3) and rooms of the schedule B (otherwise 5), until an operator sets it.",
      ],
      [
        "CRON_B",
        "The first value of cron of the schedule B (otherwise 0 * * * *), until an operator sets it.",
      ],
    ]
  `)
  expect(readEnv(Env, { CRON_A: '5 * * * *', CRON_ROOMS: '7', OTHER: 'x' })).toEqual({ CRON_A: '5 * * * *', CRON_ROOMS: '7' })
  expect(readEnv(Env, {})).toEqual({})
})

test('a value that a schedule cannot take is refused by the name of its variable', () => {
  expect(() => readEnv(Env, { CRON_A: '5 * *', CRON_ROOMS: '11' })).toThrowErrorMatchingInlineSnapshot(`
    [CodedError: The environment is not as this app needs it. 
      CRON_A: expected five fields (minute, hour, day of month, month, day of week), got 3 (The first value of cron of the schedule A (otherwise 0 * * * *), until an operator sets it.)
      CRON_ROOMS: Too big: expected number to be <=10 (The first value of rooms of the schedule A (otherwise 3) and rooms of the schedule B (otherwise 5), until an operator sets it.)]
  `)
})
