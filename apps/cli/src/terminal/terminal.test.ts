import { describe, expect, test } from 'vitest'
import { plain } from './plain.ts'
import { table } from './table.ts'
import { shownAge, shownDuration, shownTime } from './times.ts'

describe('plain', () => {
  test('lets nothing through that acts on a terminal', () => {
    expect(plain('red \u001b[31mtext\u0007\nand a line\u202E')).toBe('red  [31mtext and a line ')
    expect(plain('Калина, 5 б')).toBe('Калина, 5 б')
  })
})

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
