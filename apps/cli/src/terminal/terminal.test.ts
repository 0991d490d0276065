import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { jsonLineOf, jsonOf } from '../commands/command-parts.ts'
import { harmless, plain } from './plain.ts'
import { table } from './table.ts'
import { createTerminal } from './terminal.ts'
import { shownAge, shownDuration, shownTime } from './times.ts'

describe('plain', () => {
  test('lets nothing through that acts on a terminal', () => {
    expect(plain('red \u001b[31mtext\u0007\nand a line\u202E')).toBe('red  [31mtext and a line ')
    expect(plain('Калина, 5 б')).toBe('Калина, 5 б')
  })
})

describe('the terminal', () => {
  const title = '\u001b]0;owned\u0007'
  const clipboard = '\u009d52;c;cm0gLXJm\u009c'

  test('is acted on by nothing that a line holds, on neither stream', async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const terminal = createTerminal({ stdin: process.stdin, stdout: asTerminal(stdout), stderr: asTerminal(stderr) })
    terminal.print(`FAILED${title}\u001b[2J${clipboard}\rok`)
    terminal.note(`x${title}`)
    stdout.end()
    stderr.end()
    expect(await text(stdout)).toBe('FAILED ]0;owned  [2J 52;c;cm0gLXJm  ok\n')
    expect(await text(stderr)).toBe('x ]0;owned \n')
  })

  test('keeps our own colours and line breaks', () => {
    expect(harmless('\u001b[31mclosed\u001b[39m\nby \u001b[8mnobody')).toBe('\u001b[31mclosed\u001b[39m\nby  [8mnobody')
  })

  test('gets JSON whose text is the same, and acts on nothing', () => {
    const value = { cause: `${title}${clipboard}\u202E` }
    for (const json of [jsonOf(value), jsonLineOf(value)]) {
      expect(json).not.toMatch(/[^\P{Cc}\n]|\u202E/u)
      expect(JSON.parse(json)).toEqual(value)
    }
  })
})

/** What a terminal's stream does here is take what is written. */
function asTerminal(stream: PassThrough): NodeJS.WriteStream {
  return stream as unknown as NodeJS.WriteStream
}

describe('shownDuration', () => {
  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [4_200, '4.2 s'],
    [90_000, '90 s'],
    [3 * 60_000, '3 min'],
    [5 * 3_600_000, '5 h'],
    [12 * 86_400_000, '12 d'],
  ])('%i ms are "%s"', (ms, shown) => {
    expect(shownDuration(ms)).toBe(shown)
  })
})

describe('times', () => {
  test('are shown in UTC, ages never below zero', () => {
    expect(shownTime('2026-09-01T08:00:03.123Z')).toBe('2026-09-01 08:00:03Z')
    expect(shownAge('2026-09-01T08:00:03.000Z', Date.UTC(2026, 8, 1, 8))).toBe('0 ms')
  })
})

describe('table', () => {
  test('takes however many rows there are', () => {
    const lines = table(
      ['person', 'kind'],
      Array.from({ length: 150_000 }, (_, index) => [index, 'student']),
    )
    expect([lines.length, lines.at(-1)]).toEqual([150_001, '149999  student'])
  })

  test('has columns as wide as their widest cell, numbers to the right, and colours cost no width', () => {
    expect(
      table(
        ['name', 'runs', 'state'],
        [
          ['a', 5, '\u001b[31mclosed\u001b[39m'],
          ['longer', 12_000, ''],
        ],
      ),
    ).toEqual(['name    runs   state', 'a           5  \u001b[31mclosed\u001b[39m', 'longer  12000'])
  })
})
