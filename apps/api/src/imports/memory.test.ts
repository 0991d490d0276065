import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createVirtualClock } from '@rollcall/engine/testing'
import { openImportFile } from '@rollcall/provisioning/import-file'
import { expect, it } from 'vitest'
import { METER_LIMITS, meterBytes } from './meter-bytes.ts'
import { stageRows } from './stage-rows.ts'

setFlagsFromString('--expose-gc')
/** @returns what is in use in MB once everything that is not needed has been cleared away */
const collect: () => void = runInNewContext('gc')
function inUse(): number {
  collect()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return (heapUsed + external + arrayBuffers) / 1_048_576
}

const HEADER = 'role;personId;firstName;lastName;birthDate;schoolId;grade;classIds;note\n'

/** As it arrives from a socket: 64 KB at a time, none of it there before it is asked for. */
async function* fileOf(rows: number, rest: string): AsyncGenerator<Uint8Array, void> {
  let text = HEADER
  for (let index = 0; index < rows; index += 1) {
    text += `student;S${index};Елица;Примерова;2015-02-28;2902418;5;${rest}\n`
    while (text.length > 65_536) {
      yield Buffer.from(text.slice(0, 65_536))
      text = text.slice(65_536)
    }
  }
  yield Buffer.from(text)
}

it.each([
  { what: 'rows of 1,000 characters', rows: 50_000, rest: `771204 771205;${'x'.repeat(950)}`, invalid: 0, megabytes: 25 },
  { what: 'rows of as many classes as a row can hold', rows: 510, rest: `${'* '.repeat(49_000)};`, invalid: 510, megabytes: 40 },
])(
  'a file of 50 MB with $what passes through without being held',
  async ({ rows, rest, invalid, megabytes }) => {
    const before = inUse()
    const peaks: number[] = []
    let staged = 0
    const { bytes } = meterBytes(fileOf(rows, rest), METER_LIMITS)
    const stage = async (_importId: string, portion: readonly object[]) => {
      if (Math.floor((staged + portion.length) / (rows / 10)) > Math.floor(staged / (rows / 10))) peaks.push(inUse() - before)
      staged += portion.length
    }
    const file = await openImportFile(bytes)
    expect(await stageRows({ importId: 'i', file, imports: { stage }, clock: createVirtualClock() })).toEqual({
      rowCount: rows,
      invalidCount: invalid,
    })
    expect(staged).toBe(rows)
    expect(peaks).toHaveLength(10)
    // Ids and row numbers of those who came before, for whoever comes twice; of long rows, some that the parser has before it.
    expect(Math.max(...peaks)).toBeLessThan(megabytes)
  },
  60_000,
)
