// `pnpm bench [scenario …] [--rounds n] [--json file] [--record]`: what a run costs and how fast the fleet is, each figure beside what it is
// compared with. `--record` also keeps the results in bench/results.json, from which docs/performance.md is made (`pnpm generate`).
import { mkdir, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { figureRow } from './harness/figure-row.ts'
import { recordResults, type ScenarioResult } from './harness/results.ts'
import { runScenario } from './harness/run-scenario.ts'
import { SCENARIOS } from './scenarios.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    json: { type: 'string', default: '.data/bench.json' },
    record: { type: 'boolean', default: false },
  },
})
const names = SCENARIOS.map(({ name }) => name)
const unknown = positionals.filter((name) => !names.includes(name))
const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
if (unknown.length > 0 || (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))) {
  console.error(`Usage: pnpm bench [${names.join(' | ')}] ... [--rounds <number>] [--json <file>] [--record]`)
  process.exit(2)
}

const results: ScenarioResult[] = []
for (const scenario of SCENARIOS) {
  if (positionals.length > 0 && !positionals.includes(scenario.name)) continue
  const result = await runScenario({ scenario, rounds, say: (line) => console.error(`[bench] ${line}`) })
  results.push(result)
  console.log(`\n${result.name}: ${result.about}`)
  console.table(result.figures.map(figureRow))
}
const { node, libraries, cpus, kernel } = results[0]?.machine ?? {}
console.log(
  `Node ${node}, ${JSON.stringify(libraries)}, ${cpus}, Linux ${kernel}; load before each scenario: ${results.map(({ machine }) => machine.loadBefore.toFixed(2)).join(', ')}; now ${loadavg()[0]?.toFixed(2)}.`,
)
await mkdir(dirname(values.json), { recursive: true })
await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`)
console.log(`Every round stands in ${values.json}.`)
if (values.record) await recordResults(results)
process.exitCode = results.every(({ figures }) => figures.every(({ met }) => met !== false)) ? 0 : 1
