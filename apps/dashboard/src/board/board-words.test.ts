import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { boardWords, OUR_WORDS } from './board-words.ts'

const statics = join(dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json')), 'dist', 'static')

function paths(words: object, above = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => (typeof value === 'object' ? paths(value, `${above}${key}.`) : [`${above}${key}`]))
}

it('every text of ours stands where Bull Board has one: what a new release renames is found here', () => {
  const theirs = paths(JSON.parse(readFileSync(join(statics, 'locales', 'en-US', 'messages.json'), 'utf8')))
  expect(paths(OUR_WORDS).filter((path) => !theirs.includes(path))).toEqual([])
})

it('the other texts stay as they are', async () => {
  expect(await boardWords({ statics, language: 'en-US' })).toMatchObject({
    MENU: { OVERVIEW: 'Overview' },
    JOB: { ACTIONS: { RETRY: 'Replay the run' } },
  })
})

it.each(['xx-XX', '../en-US', 'en-US/..', ''])('there are none for %j', async (language) => {
  expect(await boardWords({ statics, language })).toBeNull()
})
