import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { insert, newRun } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testDialects } from './testing/test-dialects.ts'

const run = promisify(execFile)
const writer = fileURLToPath(new URL('./testing/writer-process.ts', import.meta.url))

interface Won {
  readonly won: readonly string[]
  readonly usernames: readonly string[]
}

describe.each(testDialects)('several processes over $dialect', ({ open }) => {
  test('write at once and lose nothing: one winner per version, every run and every event, no username twice', {
    timeout: 60_000,
  }, async () => {
    const { url, database, cleanup } = await open()
    onTestFinished(cleanup)
    const contested = Array.from({ length: 200 }, () => {
      const { uuid } = newRun()
      return newRun({ uuid, liveKey: uuid })
    })
    await insert(database, ...contested)
    const uuids = contested.map(({ uuid }) => uuid)

    const outputs = await Promise.all(['a', 'b', 'c'].map((name) => run(process.execPath, [writer, url, name, uuids.join(',')])))

    const answers = outputs.map(({ stdout }): Won => JSON.parse(stdout))
    expect(answers.flatMap(({ won }) => won).sort()).toEqual(uuids.toSorted())
    for (const [index, { won }] of answers.entries())
      for (const standing of await database.ledger.read(won))
        expect(standing).toMatchObject({ version: 2, state: `WON_BY_${'abc'[index]}` })
    expect(await database.prisma.runEvent.count()).toBe(200 + 3 * 30)
    expect(await database.prisma.run.count({ where: { scopeId: { in: ['a', 'b', 'c'] } } })).toBe(3 * 2 * 30)
    const usernames = answers.flatMap((answer) => answer.usernames)
    expect(usernames).toHaveLength(90)
    expect(new Set(usernames).size).toBe(90)
  })
})
