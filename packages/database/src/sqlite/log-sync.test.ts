import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLogSync } from './log-sync.ts'

function arrange() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'a.db')
  return { file, log: createLogSync(file) }
}

test('has nothing to flush before the first commit, and flushes the log once it is there', async () => {
  const { file, log } = arrange()
  expect(await log.flushed()).toBeUndefined()
  writeFileSync(`${file}-wal`, 'frames')
  expect(await Promise.all([log.flushed(), log.flushed()])).toHaveLength(2)
  await log.close()
})

test('tells everybody who waits that the log cannot be flushed', async () => {
  const { file, log } = arrange()
  writeFileSync(`${file}-wal`, 'frames')
  await log.flushed()
  await log.close()
  const outcomes = await Promise.allSettled([log.flushed(), log.flushed()])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

test('has nothing to flush for a database in memory', async () => {
  expect(await createLogSync(':memory:').flushed()).toBeUndefined()
})
