// `pnpm bench [scenario …] [--rounds n] [--json file]`: what a run costs and how fast the fleet is, each figure beside what it is compared with.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from './harness/describe-machine.ts'
import { printResults } from './harness/print-results.ts'
import { runScenario, type ScenarioResult } from './harness/run-scenario.ts'
import { SCENARIOS } from './scenarios.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, json: { type: 'string', default: '.data/bench.json' } },
})
const names = SCENARIOS.map(({ name }) => name)
const unknown = positionals.filter((name) => !names.includes(name))
const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
if (unknown.length > 0 || (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))) {
  console.error(`Usage: pnpm bench [${names.join(' | ')}] ... [--rounds <number>] [--json <file>]`)
  process.exit(2)
}

const machine = describeMachine()
const say = (line: string) => console.error(`[bench] ${line}`)
const results: ScenarioResult[] = []
const asked = SCENARIOS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
for (const scenario of asked) results.push(await runScenario({ scenario, ...(rounds !== undefined && { rounds }), say }))

printResults(results)
console.log(`\n${JSON.stringify(machine)}`)
await mkdir(dirname(values.json), { recursive: true })
await writeFile(values.json, `${JSON.stringify({ at: new Date().toISOString(), machine, scenarios: results }, null, 2)}\n`)
console.log(`Every round stands in ${values.json}.`)
process.exitCode = results.every(({ figures }) => figures.every(({ met }) => met !== false)) ? 0 : 1
