import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RETENTION, type RetentionRow } from '@rollcall/platform'
import { REPOSITORY } from '../fleet/repository.ts'
import type { GeneratedFile } from './generated-file.ts'

const PATH = 'docs/personal-data.md'
const BEGIN = '<!-- What follows is generated from packages/platform/src/retention/retention-table.ts by `pnpm generate`. -->'
const END = '<!-- Here it ends. -->'

/** The page is written by hand but for the table of how long everything is kept. */
export async function personalDataPage(): Promise<GeneratedFile> {
  const page = await readFile(join(REPOSITORY, PATH), 'utf8')
  const [head, rest] = page.split(BEGIN)
  const tail = rest?.split(END)[1]
  if (head === undefined || tail === undefined) throw new Error(`${PATH} has lost the lines between which its table stands.`)
  const table = [
    '| tables | of people | kept | counted from | then | why | setting |',
    '|---|---|---|---|---|---|---|',
    ...Object.values(RETENTION).map(lineOf),
  ]
  return { path: PATH, content: `${head}${BEGIN}\n\n${table.join('\n')}\n\n${END}${tail}` }
}

function lineOf({ tables, holds, days, age, afterwards, why, setting }: RetentionRow): string {
  const kept = days === null ? 'for good' : `${days.toLocaleString('en')} days`
  const names = tables.map((name) => `\`${name}\``).join(', ')
  return `| ${[names, holds, kept, age ?? '', afterwards, why, setting === null ? '' : `\`${setting}\``].join(' | ')} |`
}
