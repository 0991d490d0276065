import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLogSync } from './log-sync.ts'

function arrange() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'a.db')
  const carried: boolean[] = []
  const log = createLogSync({ file, carryOver: async () => carried.shift() ?? false })
  onTestFinished(() => log.close())
  return { file, log, carried }
}

test('has nothing to flush before the first commit, and flushes the log once it is there', async () => {
  const { file, log } = arrange()
  expect(await log.flushed()).toBeUndefined()
  writeFileSync(`${file}-wal`, 'frames')
  expect(await Promise.all([log.flushed(), log.flushed()])).toHaveLength(2)
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
  expect(await createLogSync({ file: null, carryOver: async () => false }).flushed()).toBeUndefined()
})

test('believes no flush after one that failed, until all that the log holds was carried over into the file', async () => {
  const { file, log, carried } = arrange()
  // A device that cannot be flushed.
  symlinkSync('/dev/null', `${file}-wal`)
  await expect(log.flushed()).rejects.toThrow('EINVAL')
  carried.push(false, true)
  await expect(log.flushed()).rejects.toThrow('EINVAL')
  expect(await log.flushed()).toBeUndefined()
  expect(carried).toEqual([])
  await expect(log.flushed()).rejects.toThrow('EINVAL')
})
