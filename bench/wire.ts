// `pnpm bench:wire`: account provisioning through every real interface, HTTP to TLS, as a fleet of processes on this machine.
// Seconds on a shared machine mean little by themselves: two of the three figures are shares of what the budget allows.
import { drainUnderBudget } from './wire/drain-under-budget.ts'
import { singleAmongBulk } from './wire/single-among-bulk.ts'
import { throughput } from './wire/throughput.ts'

interface Figure {
  readonly what: string
  readonly measured: string
  readonly wanted: string
  readonly met: boolean
}

const SCENARIOS: Readonly<Record<string, () => Promise<readonly Figure[]>>> = { throughput, drainUnderBudget, singleAmongBulk }

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in SCENARIOS))
if (unknown.length > 0) {
  console.error(`Usage: node bench/wire.ts [${Object.keys(SCENARIOS).join(' | ')}] ...`)
  process.exit(2)
}
const figures: Figure[] = []
for (const [name, measure] of Object.entries(SCENARIOS)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.error(`[bench] ${name}`)
  figures.push(...(await measure()))
}
console.table(figures.map(({ what, measured, wanted, met }) => ({ what, measured, wanted, met: met ? 'yes' : 'NO' })))
console.log(`Node ${process.version}; SQLite file, one process per app, the simulator on the same machine.`)
process.exitCode = figures.every(({ met }) => met) ? 0 : 1
