import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleaningAt, createCleaningWorld } from '../test-support/cleaning.ts'
import { STORY_START } from '../testing/virtual-clock.ts'
import { dueTimes } from './due-times.ts'
import { disableSchedule, enableSchedule } from './edit-schedule.ts'
import { createFireDue } from './fire-due.ts'
import type { ScheduleTick } from './schedules.ts'

const MINUTE = 60_000
/** Thousands of steps, on a machine that may be busy. */
const PATIENCE_MS = 60_000
const NAME = 'hourlyCleaning'
const anna = { name: NAME, actor: 'anna', reason: 'x' }

/** So much time passes, then so many processes hear a bell at once; some die right before or right after they have served it. */
const step = fc.record({
  minutes: fc.integer({ min: 0, max: 200 }),
  deaths: fc.array(fc.constantFrom('none', 'before', 'after'), { minLength: 1, maxLength: 4 }),
  runsEnd: fc.boolean(),
})
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

const crons = fc.constantFrom('0 * * * *', '*/59 * * * *', '*/7 * * * *', '0 */2 * * *', '30 9,17 * * *')

class Died extends Error {}

async function play({ steps, cron, scheduler }: { steps: readonly Step[]; cron: string; scheduler: fc.Scheduler }) {
  const world = await createCleaningWorld({ definitions: [cleaningAt({ name: NAME, cron })] })
  const { clock, schedules, deps } = world

  function processThat(dies: Step['deaths'][number]) {
    const advance: typeof schedules.advance = async (change) => {
      if (dies === 'before') throw new Died()
      const advanced = await schedules.advance(change)
      if (dies === 'after') throw new Died()
      return advanced
    }
    const interleaved = {
      list: scheduler.scheduleFunction(schedules.list),
      find: scheduler.scheduleFunction(schedules.find),
      advance: scheduler.scheduleFunction(advance),
    }
    return createFireDue({ ...deps, schedules: interleaved })
  }

  async function ring({ minutes, deaths, runsEnd }: Step): Promise<void> {
    clock.moveTo(clock.now() + minutes * MINUTE)
    await scheduler.waitFor(Promise.allSettled(deaths.map((dies) => processThat(dies)())))
    if (runsEnd) await world.endRuns()
  }

  for (const one of steps) await ring(one)
  return { ...world, ring }
}

test('whatever rings, however often, in however many processes that may die: each due time makes one tick, or is made up for by one', {
  timeout: PATIENCE_MS,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), crons, fc.array(step, { maxLength: 12 }), async (scheduler, cron, steps) => {
      const { clock, fireDue, ledger, ticks, endRuns } = await play({ steps, cron, scheduler })
      await fireDue()

      const made = (await ticks(NAME)).toReversed()
      const due = [...until(dueTimes({ cron, timeZone: 'UTC' }, STORY_START), clock.now())]
      expect(servedBy(made, due)).toEqual(due)

      const begun = made.filter(({ outcome }) => outcome === 'started').map(({ runUuid }) => runUuid)
      expect(ledger.runs().map(({ uuid }) => uuid)).toEqual(begun)
      await endRuns()
    }),
    { numRuns: 80 },
  )
})

test('a schedule that is switched off and on serves every due time of when it is on, and none of when it is off', {
  timeout: PATIENCE_MS,
}, async () => {
  const switches = fc.array(fc.record({ before: step, off: step, after: step }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), crons, switches, async (scheduler, cron, turns) => {
      const { clock, deps, fireDue, ring, ticks } = await play({ steps: [], cron, scheduler })
      const off: [number, number][] = []
      for (const turn of turns) {
        await ring(turn.before)
        // What is due by now is served: switching off would take it away.
        await fireDue()
        const since = clock.now()
        await disableSchedule(anna, deps)
        await ring(turn.off)
        await enableSchedule(anna, deps)
        off.push([since, clock.now()])
        await ring(turn.after)
      }
      await fireDue()
      const due = [...until(dueTimes({ cron, timeZone: 'UTC' }, STORY_START), clock.now())]
      const dueWhileOn = due.filter((time) => !off.some(([since, till]) => time > since && time <= till))
      expect(servedBy((await ticks(NAME)).toReversed(), due)).toEqual(dueWhileOn)
    }),
    { numRuns: 50 },
  )
})

/** The due times that the ticks stand for, in their order; one at a time at which nothing was due stands for itself. */
function servedBy(ticks: readonly ScheduleTick[], due: readonly number[]): number[] {
  return ticks.flatMap(({ dueAt, missed }) => {
    const place = due.indexOf(dueAt)
    return place === -1 ? [dueAt] : due.slice(Math.max(0, place - missed), place + 1)
  })
}

function* until(times: Iterable<number>, last: number): Generator<number> {
  for (const time of times) {
    if (time > last) return
    yield time
  }
}
