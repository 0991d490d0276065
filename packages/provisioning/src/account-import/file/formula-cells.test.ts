import { describe, expect, test } from 'vitest'
import { asSent, harmless } from './formula-cells.ts'

describe('a cell of a result file', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+359 2', "'+359 2"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1', "'＝1"],
    [' \u00a0=1', "' \u00a0=1"],
    ['\t=1', "\t'=1"],
    ['\r\n=1', "\r\n'=1"],
    ["'=1", "''=1"],
    ['x,=HYPERLINK("http://x")', 'x,\'=HYPERLINK("http://x")'],
    ['Head; -deputy', "Head;' -deputy"],
  ])('that looks like a formula, %j, has an apostrophe before it, and comes back as it was', (cell, written) => {
    expect(harmless(cell)).toBe(written)
    expect(asSent(written)).toBe(cell)
  })

  test.each(['Елица', "O'Neill", '2015-02-28', "771204;'771205", 'a=b', "'", ''])('that does not, %j, is left alone both ways', (cell) => {
    expect([harmless(cell), asSent(cell)]).toEqual([cell, cell])
  })

  test('is read in a time that grows with its length only', () => {
    const before = process.threadCpuUsage()
    for (const part of ['\n', '\t', ' ', "'", ';', '; ', "'\n"]) {
      const cell = part.repeat(100_000)
      expect(asSent(harmless(cell))).toBe(cell)
    }
    // Of a processor that may have other things to do, too. Were it the square of it, each would take seconds.
    expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000)
  })
})
