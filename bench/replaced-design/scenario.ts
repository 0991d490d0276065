import { contend, type Measured } from '../engine/contend.ts'
import { defineScenario } from '../harness/scenario.ts'
import { countIdleFleet } from './count-idle-fleet.ts'
import { startOutside } from './outside.ts'

/** Graph takes five to fifteen times as long for a write; the replaced design, as its source has it, works one record after the other. */
const OUTSIDE_MS = 20
const IDLE_MS = 2_000
const MINUTE_MS = 60_000
const AT_ONCE = 0
const ONE_BY_ONE = 1
const WHOLE_BATCH = 50
/** Enough for both to be measured for some seconds. */
const RUNS = { cron: 300, cronTogether: 3_000, ours: 4_000, cronAtOnce: 1_000, oursAtOnce: 6_000 } as const

const CONTENDERS = {
  cron: { contender: '../replaced-design/cron-contender', layout: [[], []] },
  ours: { contender: '../replaced-design/ours-contender', layout: [['create'], ['compute']] },
} as const

export const replacedDesign = defineScenario({
  name: 'replaced-design',
  about: `four states, two processes each, the outside answering after ${OUTSIDE_MS} ms or at once: our engine beside two cron processes that scan SQL in batches of 50, lock with SET NX and write state and history`,
  figures: {
    ratio: { what: 'ours beside the replaced design', unit: '', digits: 1, wanted: { atLeast: 5 } },
    perSecond: { what: 'completed runs', unit: '/s', digits: 0 },
    cronPerSecond: { what: 'completed runs of the replaced design', unit: '/s', digits: 0 },
    repeatedPercent: { what: 'calls outside that were made before', unit: '%', digits: 1, wanted: { atMost: 0 } },
    cronRepeatedPercent: { what: 'of the replaced design', unit: '%', digits: 1 },
    ratioTogether: { what: 'ours beside the replaced design, had it worked its fifty at the same time', unit: '', digits: 1 },
    cronTogetherPerSecond: { what: 'completed runs of the replaced design, fifty at the same time', unit: '/s', digits: 0 },
    cronTogetherRepeatedPercent: { what: 'calls that it made before', unit: '%', digits: 1 },
    ratioAtOnce: { what: 'ours beside it where the outside answers at once', unit: '', digits: 1 },
    perSecondAtOnce: { what: 'completed runs', unit: '/s', digits: 0 },
    cronPerSecondAtOnce: { what: 'completed runs of the replaced design', unit: '/s', digits: 0 },
    cronRepeatedPercentAtOnce: { what: 'calls that it made before', unit: '%', digits: 1 },
    idlePerMinute: { what: 'statements of our whole fleet with nothing to do', unit: '/min', digits: 0 },
    cronIdlePerMinute: { what: 'queries of the two cron processes with nothing to do', unit: '/min', digits: 0 },
  },
  async measure(say) {
    say('the replaced design')
    const cron = await measure('cron', { runs: RUNS.cron, answersAfterMs: OUTSIDE_MS })
    say('the replaced design, fifty at the same time')
    const together = await measure('cron', { runs: RUNS.cronTogether, answersAfterMs: OUTSIDE_MS, atOnce: WHOLE_BATCH })
    say('ours')
    const ours = await measure('ours', { runs: RUNS.ours, answersAfterMs: OUTSIDE_MS })
    say('the replaced design, the outside answering at once')
    const cronAtOnce = await measure('cron', { runs: RUNS.cronAtOnce, answersAfterMs: AT_ONCE })
    say('ours, the outside answering at once')
    const oursAtOnce = await measure('ours', { runs: RUNS.oursAtOnce, answersAfterMs: AT_ONCE })
    say('both with nothing to do')
    const cronIdlePerMinute = await countIdleCrons()
    const idlePerMinute = await countIdleFleet()
    return {
      ratio: ours.runsPerSecond / cron.runsPerSecond,
      perSecond: ours.runsPerSecond,
      cronPerSecond: cron.runsPerSecond,
      repeatedPercent: ours.repeatedPercent,
      cronRepeatedPercent: cron.repeatedPercent,
      ratioTogether: ours.runsPerSecond / together.runsPerSecond,
      cronTogetherPerSecond: together.runsPerSecond,
      cronTogetherRepeatedPercent: together.repeatedPercent,
      ratioAtOnce: oursAtOnce.runsPerSecond / cronAtOnce.runsPerSecond,
      perSecondAtOnce: oursAtOnce.runsPerSecond,
      cronPerSecondAtOnce: cronAtOnce.runsPerSecond,
      cronRepeatedPercentAtOnce: cronAtOnce.repeatedPercent,
      idlePerMinute,
      cronIdlePerMinute,
    }
  },
})

async function measure(
  design: keyof typeof CONTENDERS,
  { runs, answersAfterMs, atOnce = ONE_BY_ONE }: { readonly runs: number; readonly answersAfterMs: number; readonly atOnce?: number },
): Promise<Measured & { readonly repeatedPercent: number }> {
  const outside = await startOutside({ answersAfterMs })
  try {
    const measured = await contend({ ...CONTENDERS[design], runs, besides: { outsideUrl: outside.url, idleMs: IDLE_MS, atOnce } })
    const { all, repeated } = outside.calls()
    return { ...measured, repeatedPercent: (repeated * 100) / all }
  } finally {
    await outside.end()
  }
}

async function countIdleCrons(): Promise<number> {
  const outside = await startOutside({ answersAfterMs: AT_ONCE })
  try {
    const { sqlRequests, seconds } = await contend({
      ...CONTENDERS.cron,
      runs: 0,
      besides: { outsideUrl: outside.url, idleMs: IDLE_MS, atOnce: ONE_BY_ONE },
    })
    return (sqlRequests * MINUTE_MS) / (seconds * 1_000)
  } finally {
    await outside.end()
  }
}
