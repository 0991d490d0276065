// `pnpm soak --minutes 30 [--seed n]`: exits with 1 where anything was lost, doubled or left undone.
import { parseArgs } from 'node:util'
import { runSoak } from './run-soak.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string' } } })
const minutes = numberOf('minutes', values.minutes)
const seed = values.seed === undefined ? undefined : numberOf('seed', values.seed)

const { findings, summary, seed: drawn } = await runSoak({ minutes, seed, print: console.log })
const widest = Math.max(...summary.map(([what]) => what.length))
console.log(`\n${minutes} min, seed ${drawn} (again: pnpm soak --minutes ${minutes} --seed ${drawn})\n`)
for (const [what, value] of summary) console.log(`  ${what.padEnd(widest)}  ${value}`)
console.log(findings.length === 0 ? '\nNothing lost, nothing doubled, nothing left undone.' : `\n${findings.length} findings:`)
for (const finding of findings) console.log(`  ${finding}`)
process.exitCode = findings.length === 0 ? 0 : 1

function numberOf(name: string, given: string): number {
  const value = Number(given)
  if (!(value > 0)) throw new Error(`--${name} is a number above 0, not "${given}".`)
  return value
}
