// The worked examples stand in the domain file, outside the repository. Where it is at hand, the titles of their tests are held to its words.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const DOMAIN = join(import.meta.dirname, '../../../../../shared/domain/2-user-status-sync.md')
const TESTS = join(import.meta.dirname, 'expectation-table.test.ts')
const HEADING = '### Worked examples'
const ROWS = 8

/** The rows of the table below a heading, without its own head. */
function tableBelow(heading: string, text: string): string[] {
  const section = text.slice(text.indexOf(heading) + heading.length).split(/^#/m)[0] ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
}

const titled = [...readFileSync(TESTS, 'utf8').matchAll(/^\s+'(\|.*\|)',$/gm)].map(([, title]) => title)

test('each of the eight worked examples has a test of its own', () => {
  expect(titled).toHaveLength(ROWS)
  expect(new Set(titled).size).toBe(ROWS)
})

test.skipIf(!existsSync(DOMAIN))('the tests of the worked examples are titled as the domain file has them, row by row', () => {
  expect(titled).toEqual(tableBelow(HEADING, readFileSync(DOMAIN, 'utf8')))
})
