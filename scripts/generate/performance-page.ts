// The figures of docs/performance.md: the tables between its marks are written from bench/results.json, the words around them by hand.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { figureRow } from '../../bench/harness/figure-row.ts'
import { readResults, type ScenarioResult } from '../../bench/harness/results.ts'
import { SCENARIOS } from '../../bench/scenarios.ts'
import { REPOSITORY } from '../fleet/repository.ts'
import type { GeneratedFile } from './generated-file.ts'

const PATH = 'docs/performance.md'
const BEGIN = '<!-- figures: written by `pnpm generate` from bench/results.json -->'
const END = '<!-- end of the figures -->'

/** @throws Error if the page has lost its marks */
export async function performancePage(): Promise<GeneratedFile> {
  const page = await readFile(join(REPOSITORY, PATH), 'utf8')
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${PATH} has lost the marks between which its figures stand.`)
  const order = SCENARIOS.map(({ name }) => name)
  const results = (await readResults()).filter(({ name }) => order.includes(name))
  const sections = results.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)).map(sectionOf)
  return { path: PATH, content: `${before}${BEGIN}\n\n${sections.join('\n\n')}\n\n${END}${after}` }
}

function sectionOf({ name, about, at, machine, figures }: ScenarioResult): string {
  const rows = figures
    .map(figureRow)
    .map(({ what, median, rounds, wanted, met }) => `| ${what} | ${median} | ${rounds} | ${wanted} | ${met} |`)
  return [
    `### ${name}`,
    '',
    `${about} \`pnpm bench ${name}\`, ${at.slice(0, 10)}, load before it ${machine.loadBefore.toFixed(2)}.`,
    '',
    '| | median | rounds | wanted | met |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}
