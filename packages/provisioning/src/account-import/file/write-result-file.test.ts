import { describe, expect, test } from 'vitest'
import type { ImportedRow } from '../../ports/import-store.ts'
import { bytesOf, csv, HEADER, PUPIL, readFile } from '../../test-support/import-files.ts'
import { resultHeader, resultLines } from './write-result-file.ts'

describe('a result file', () => {
  const columns = { delimiter: ';', names: [...HEADER, 'note'] } as const
  const row = (changes: Partial<ImportedRow>): ImportedRow => ({
    rowNumber: 2,
    outcome: 'started',
    cells: [...PUPIL, ''],
    errors: [],
    errorCode: null,
    personId: '0100231',
    schoolId: '2902418',
    runUuid: null,
    run: null,
    username: null,
    ...changes,
  })
  const run = {
    uuid: 'r',
    state: 'COMPLETED',
    status: 'completed',
    completion: 'full',
    errorCode: null,
    errorMessage: null,
    requestedBy: 'x',
  } as const
  const invalid = {
    outcome: 'invalid',
    errorCode: 'INVALID_ROW',
    errors: [{ path: 'birthDate', reason: 'must be a date', received: 'string' }],
  } as const

  test('has the columns as they were sent, and ours behind them', () => {
    const rows = [
      row({ run, username: 'ep12345678' }),
      row({ rowNumber: 3, ...invalid }),
      row({ rowNumber: 4, outcome: 'refused', errorCode: 'ACCOUNT_EXISTS' }),
      row({ rowNumber: 5, outcome: 'joined', run: { ...run, status: 'polling', completion: null } }),
      row({
        rowNumber: 6,
        run: { ...run, status: 'failed', completion: null, errorMessage: 'The directory refused the data of this request.' },
      }),
      row({ rowNumber: 7, outcome: 'pending', cells: null }),
    ]
    expect(resultHeader(columns) + resultLines({ columns, rows })).toMatchInlineSnapshot(`
      "﻿role;personId;firstName;lastName;birthDate;schoolId;grade;classIds;note;row;result;errors;username
      student;0100231;Елица;Примерова;2015-02-28;2902418;5;"771204;771205";;2;imported;;ep12345678
      student;0100231;Елица;Примерова;2015-02-28;2902418;5;"771204;771205";;3;invalid;birthDate must be a date.;
      student;0100231;Елица;Примерова;2015-02-28;2902418;5;"771204;771205";;4;refused;This person has a live account already.;
      student;0100231;Елица;Примерова;2015-02-28;2902418;5;"771204;771205";;5;running;Another request had begun the account of this person already.;
      student;0100231;Елица;Примерова;2015-02-28;2902418;5;"771204;771205";;6;failed;The directory refused the data of this request.;
      ;;;;;;;;;7;waiting;;
      "
    `)
  })

  test('makes formulas harmless, and reads back as what was sent', async () => {
    const evil = ['=HYPERLINK("http://x")', '+1', '-5', '@SUM(A1)', '\t=1', "O'Neill", '= a;b\n"c"', '']
    const sent = csv([[...HEADER, 'note'], ...evil.map((cell) => [...PUPIL.with(2, cell), cell])])
    const { header, rows } = await readFile(bytesOf(sent))
    const text = resultHeader(header) + resultLines({ columns: header, rows: rows.map((one) => row({ ...one, ...invalid })) })
    expect(text).not.toMatch(/(^|[;"\n\t])[=+\-@]/)
    const again = await readFile(bytesOf(text))
    expect(again.header).toMatchObject({ delimiter: header.delimiter, names: header.names })
    expect(again.rows).toEqual(rows)
  })
})
