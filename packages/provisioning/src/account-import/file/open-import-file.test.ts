import { CodedError } from '@rollcall/engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allRows, bytesOf, csv, HEADER, OTHER, PUPIL, readFile } from '../../test-support/import-files.ts'
import { openImportFile } from './open-import-file.ts'
import { ImportFileError } from './text-of.ts'

async function faultOf(content: string | Uint8Array, options?: { mostRows: number }): Promise<string> {
  const error = await readFile(typeof content === 'string' ? bytesOf(content) : content, [], options).catch((thrown: unknown) => thrown)
  if (!(error instanceof ImportFileError)) throw error
  return `${error.errorCode.code} ${error.row}: ${error.message.slice(error.errorCode.sentence.length + 1)}`
}

describe('the rows of a file', () => {
  const variants = [
    ['semicolons, CRLF and a byte order mark', `\ufeff${csv([HEADER, PUPIL, OTHER])}`],
    ['commas and LF', csv([HEADER, PUPIL, OTHER], { delimiter: ',', lineBreak: '\n' })],
    ['semicolons and CR', csv([HEADER, PUPIL, OTHER], { lineBreak: '\r' })],
    [
      'commas, every cell in quotation marks',
      [HEADER, PUPIL, OTHER].map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n'),
    ],
  ] as const

  test.each(variants)('are the same with %s, wherever the bytes are divided', async (_what, text) => {
    const bytes = bytesOf(text)
    const expected = [
      { rowNumber: 2, cells: PUPIL },
      { rowNumber: 3, cells: OTHER },
    ]
    expect((await readFile(bytes)).rows).toEqual(expected)
    for (let at = 1; at < bytes.length; at += 1) expect((await readFile(bytes, [at])).rows, `cut at ${at}`).toEqual(expected)
    const everyByte = Array.from({ length: bytes.length - 1 }, (_none, index) => index + 1)
    expect((await readFile(bytes, everyByte)).rows).toEqual(expected)
  })

  test('survive writing and reading, whatever the cells hold and however the bytes are divided', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0'))
    const table = fc.array(fc.array(cell, { minLength: HEADER.length, maxLength: HEADER.length }), { minLength: 1, maxLength: 8 })
    await expect(
      fc.assert(
        fc.asyncProperty(table, fc.array(fc.nat(400), { maxLength: 5 }), fc.constantFrom(';', ','), async (rows, cuts, delimiter) => {
          const filled = rows.map((row) => row.with(0, `x${row[0]}`))
          const bytes = bytesOf(csv([HEADER, ...filled], { delimiter }))
          const { rows: found } = await readFile(
            bytes,
            cuts.filter((cut) => cut < bytes.length),
          )
          expect(found.map(({ cells }) => cells)).toEqual(filled)
        }),
        { numRuns: 200 },
      ),
    ).resolves.toBeUndefined()
  })

  test('are counted as Excel counts them: the header, empty lines and rows of nothing but delimiters included', async () => {
    const empty = HEADER.map(() => '')
    const text = csv([HEADER, OTHER, empty, PUPIL]).replace('\r\n', '\r\n\r\n')
    expect((await readFile(bytesOf(text))).rows.map(({ rowNumber }) => rowNumber)).toEqual([3, 5])
  })

  test('know their columns whatever the case of the names, and leave our own columns aside', async () => {
    const header = ['Row', 'ROLE', 'personid', ...HEADER.slice(2), 'result', 'note']
    const row = ['17', ...PUPIL, 'invalid', 'please look']
    const file = await readFile(bytesOf(csv([header, row])))
    expect(file.header).toMatchObject({ delimiter: ';', names: ['ROLE', 'personid', ...HEADER.slice(2), 'note'], isResultFile: true })
    expect(file.rows).toEqual([{ rowNumber: 2, cells: [...PUPIL, 'please look'] }])
  })
})

const NO_HEADER =
  'The first row is no header: it must name the columns (role, personId, firstName, middleName, lastName, birthDate, schoolId, grade, classIds, positions).'

describe('a file that is refused', () => {
  const lines = csv([HEADER, PUPIL])
  test.each<[string, string | Uint8Array, string]>([
    ['is empty', '', 'IMPORT_FILE_EMPTY null: '],
    ['is a byte order mark and line breaks', '\ufeff\r\n\r\n', 'IMPORT_FILE_EMPTY null: '],
    ['has a header only', csv([HEADER]), 'IMPORT_FILE_EMPTY null: '],
    ['has rows of nothing but delimiters', csv([HEADER, HEADER.map(() => '')]), 'IMPORT_FILE_EMPTY null: '],
    ['has no header', csv([PUPIL, PUPIL]), `IMPORT_HEADER_WRONG 1: ${NO_HEADER}`],
    [
      'misses columns',
      csv([
        ['role', 'personId', 'lastName'],
        ['a', 'b', 'c'],
      ]),
      'IMPORT_HEADER_WRONG 1: Missing: firstName, birthDate, schoolId, classIds.',
    ],
    [
      'has an unknown column',
      csv([
        [...HEADER, 'salary'],
        [...PUPIL, ''],
      ]),
      'IMPORT_HEADER_WRONG 1: Column 9, "salary", is unknown. Known are role, personId, firstName, middleName, lastName, birthDate, schoolId, grade, classIds, positions, row, result, errors, username, note, expected.',
    ],
    [
      'has a column twice',
      csv([
        [...HEADER, 'PERSONID'],
        [...PUPIL, ''],
      ]),
      'IMPORT_HEADER_WRONG 1: Column 9 is "personId", as column 2 is already.',
    ],
    [
      'has a column without a name',
      csv([
        [...HEADER, ''],
        [...PUPIL, ''],
      ]),
      'IMPORT_HEADER_WRONG 1: Column 9 has no name. Take it out, or name it "note".',
    ],
    ['has no header, and faults behind it', `Rollcall\n"x"y\n`, `IMPORT_HEADER_WRONG 1: ${NO_HEADER}`],
    ['begins with a line without end', 'x'.repeat(20_000), 'IMPORT_HEADER_WRONG 1: The first row is longer than any header.'],
    [
      'has a row with a cell too many',
      `${lines}${csv([[...PUPIL, 'x']])}`,
      'IMPORT_ROW_MALFORMED 3: Row 3 has 9 cells; the header has 8. Put a cell that contains ";" into quotation marks.',
    ],
    [
      'has a row with a cell too few',
      `${lines}student;1`,
      'IMPORT_ROW_MALFORMED 3: Row 3 has 2 cells; the header has 8. Put a cell that contains ";" into quotation marks.',
    ],
    [
      'has a quotation mark that is never closed',
      `${lines}student;"0100231;x\r\nstudent;;\r\n`,
      'IMPORT_ROW_MALFORMED 3: Row 3: a quotation mark is opened there and never closed.',
    ],
    [
      'has a quotation mark that is never closed, and much behind it',
      `${lines}student;"0100231;x\r\n${'student;;\r\n'.repeat(20_000)}`,
      'IMPORT_ROW_MALFORMED 3: Row 3: it is longer than 100,000 characters; perhaps a quotation mark is not closed.',
    ],
    [
      'has a quotation mark inside a cell',
      `${lines}student;01"00231;x;x;x;x;x;x\r\n`,
      'IMPORT_ROW_MALFORMED 3: Row 3: a quotation mark stands inside a cell; put the cell into quotation marks and write those inside it twice.',
    ],
    [
      'has something behind a closing quotation mark',
      `${lines}student;"01"00231;x;x;x;x;x;x\r\n`,
      'IMPORT_ROW_MALFORMED 3: Row 3: something follows a closing quotation mark; inside quotation marks, write each of them twice; perhaps one before it is not closed.',
    ],
    [
      'is in Windows-1251',
      Buffer.concat([bytesOf(lines), Buffer.from('student;1;\xc5\xeb\xe8\xf6\xe0\r\n', 'latin1')]),
      'IMPORT_NOT_UTF8 3: Line 3: It has bytes that are not UTF-8.',
    ],
    ['is in UTF-16 with its mark', Buffer.from(`\ufeff${lines}`, 'utf16le'), 'IMPORT_NOT_UTF8 1: Line 1: It has bytes that are not UTF-8.'],
    [
      'is in UTF-16 without its mark',
      Buffer.from(HEADER.join(';'), 'utf16le'),
      'IMPORT_NOT_UTF8 1: Line 1: It has zero bytes, as UTF-16 does.',
    ],
    [
      'ends in the middle of a character',
      bytesOf(`${lines}student;Щ`).subarray(0, -1),
      'IMPORT_NOT_UTF8 3: Line 3: It has bytes that are not UTF-8.',
    ],
  ])('%s', async (_what, content, fault) => {
    expect(await faultOf(content)).toBe(fault)
  })

  test('has more rows than it may', async () => {
    const rows = Array.from({ length: 4 }, () => PUPIL)
    expect(await faultOf(csv([HEADER, ...rows]), { mostRows: 3 })).toBe('IMPORT_TOO_MANY_ROWS 5: It may have 3; row 5 is one more.')
    expect((await readFile(bytesOf(csv([HEADER, ...rows])), [], { mostRows: 4 })).rows).toHaveLength(4)
  })

  test('never quotes a person', async () => {
    const faults = [
      csv([PUPIL, PUPIL]),
      `${lines}student;"Елица"x;;;;;;\r\n`,
      `${lines}Елица;x"Елица"\r\n`,
      `${lines}${csv([['Елица', 'Елица']])}`,
    ]
    for (const content of faults) expect(await faultOf(content)).not.toContain('Елица')
  })

  test('stops asking for bytes at the fault, and passes on what its sender met', async () => {
    let asked = 0
    async function* endless() {
      for (;;) {
        asked += 1
        yield bytesOf(asked === 1 ? csv([HEADER]) : 'student;1\r\n')
      }
    }
    const file = await openImportFile(endless())
    await expect(allRows(file)).rejects.toThrow(CodedError)
    // What the streams hold before them, and no more.
    expect(asked * 'student;1\r\n'.length).toBeLessThan(200_000)

    async function* broken() {
      yield bytesOf(lines)
      throw new Error('the line is dead')
    }
    await expect(openImportFile(broken()).then(allRows)).rejects.toThrow('the line is dead')
  })
})
