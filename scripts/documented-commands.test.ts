// What the pages tell people to type on the command line is there to be typed: the command, and each of its options.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import type { CliContext } from '../apps/cli/src/context.ts'
import { createProgram } from '../apps/cli/src/create-program.ts'
import { REPOSITORY } from './fleet/repository.ts'

/** Nothing is run: a program that is only looked at asks nobody. */
const program = createProgram({ terminal: {} } as CliContext)

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('{docs,apps,packages}/**/*.md', { cwd: REPOSITORY, exclude: ['**/node_modules/**'] }),
]
const CODE = /```\w*\n([\s\S]*?)```|`([^`\n]+)`/g
const COMMAND = /^\s*(?:\$ )?(?:pnpm rollcall|npm run -s rollcall --|rollcall) +([a-z].*)$/gm
/** Where the command ends and something else begins: a comment, or another command. */
const END = /\s#|;|&&| \| /

function commandsIn(text: string): string[] {
  const code = [...text.matchAll(CODE)].map(([, block, span]) => block ?? span ?? '')
  return code.flatMap((piece) => [...piece.matchAll(COMMAND)].map(([, typed = '']) => typed.split(END)[0] ?? ''))
}

/** @returns what is wrong with it; null if nothing is */
function faultOf(typed: string): string | null {
  const words = typed.match(/"[^"]*"|\S+/g) ?? []
  let command: Command = program
  let depth = 0
  for (; command.commands.length > 0 && words[depth] !== undefined && !words[depth]?.startsWith('-'); depth++) {
    const next = command.commands.find((one) => one.name() === words[depth])
    if (!next) return `there is no ${words.slice(0, depth + 1).join(' ')}`
    command = next
  }
  const known = new Set(['--help', ...[program, command].flatMap(({ options }) => options.map(({ long }) => long))])
  const unknown = words.slice(depth).filter((word) => word.startsWith('--') && !known.has(word.split('=')[0] ?? ''))
  return unknown.length === 0 ? null : `${command.name()} has no ${unknown.join(', ')}`
}

test.each(pages)('%s names only commands and options that there are', (page) => {
  const commands = commandsIn(readFileSync(join(REPOSITORY, page), 'utf8'))
  expect(commands.flatMap((typed) => faultOf(typed) ?? []).toSorted()).toEqual([])
})

test('the commands of the pages are found, and a wrong one among them, too', () => {
  expect(commandsIn(readFileSync(join(REPOSITORY, 'docs/operations.md'), 'utf8')).length).toBeGreaterThan(10)
  expect(faultOf('sync aprove <uuid> --reason "…"')).toBe('there is no sync aprove')
  expect(faultOf('sync approve <uuid> --because "…"')).toBe('approve has no --because')
})
