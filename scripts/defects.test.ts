// The earlier system's defects have numbers. Each is held off by tests whose titles begin with its own, as in `defect 7: ` or `defects 2 and 16: `:
// whoever renames or deletes the last one is told here.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from './fleet/repository.ts'

const DEFECTS = Array.from({ length: 20 }, (_, index) => index + 1)
const MENTION = /\bdefects? \d/i
const TITLE = /['"`](?:defect \d+|defects \d+(?:, \d+)* and \d+): /g

const lines = globSync('{apps,bench,e2e,packages,scripts}/**/{*.test,*-contract}.ts', {
  cwd: REPOSITORY,
  exclude: ['**/node_modules/**', 'scripts/defects.test.ts'],
}).flatMap((file) =>
  readFileSync(join(REPOSITORY, file), 'utf8')
    .split('\n')
    .filter((line) => MENTION.test(line))
    .map((line) => ({ where: `${file}: ${line.trim()}`, titles: line.match(TITLE) ?? [] })),
)

test('every defect of the earlier system has a test that names it', () => {
  const named = new Set(lines.flatMap(({ titles }) => titles.flatMap((title) => (title.match(/\d+/g) ?? []).map(Number))))
  expect(DEFECTS.filter((defect) => !named.has(defect))).toEqual([])
  expect([...named].filter((number) => !DEFECTS.includes(number))).toEqual([])
})

test('a title names defects at its beginning, and in one spelling', () => {
  expect(lines.filter(({ titles }) => titles.length === 0).map(({ where }) => where)).toEqual([])
})
