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

const ROWS = 50_000
const HEADER = 'role;personId;firstName;lastName;birthDate;schoolId;grade;classIds;note\n'

/** As it arrives from a socket: 64 KB at a time, none of it there before it is asked for. */
async function* fiftyMegabytes(): AsyncGenerator<Uint8Array, void> {
  let text = HEADER
  for (let index = 0; index < ROWS; index += 1) {
    text += `student;S${index};Елица;Примерова;2015-02-28;2902418;5;771204 771205;${'x'.repeat(950)}\n`
    if (text.length > 65_536) {
      yield Buffer.from(text)
      text = ''
    }
  }
  yield Buffer.from(text)
}

it('a file of 50,000 rows and 50 MB passes through without being held', async () => {
  const before = inUse()
  const peaks: number[] = []
  let staged = 0
  const { bytes } = meterBytes(fiftyMegabytes(), METER_LIMITS)
  const stage = async (_importId: string, rows: readonly object[]) => {
    staged += rows.length
    if (staged % 5_000 === 0) peaks.push(inUse() - before)
  }
  const file = await openImportFile(bytes)
  expect(await stageRows({ importId: 'i', file, imports: { stage }, clock: createVirtualClock() })).toEqual({
    rowCount: ROWS,
    invalidCount: 0,
  })
  expect(peaks).toHaveLength(10)
  // Ids and row numbers of those who came before, for whoever comes twice.
  expect(Math.max(...peaks)).toBeLessThan(25)
}, 60_000)
