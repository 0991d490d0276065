import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunCommand } from '../test-support/create-test-cli.ts'
import { type ServedApi, startServedApi } from '../test-support/start-served-api.ts'
import { importLines } from './import.ts'

const redis = testRedis()
// An invented person.
const ROSTER = `role,personId,firstName,lastName,birthDate,schoolId,grade,classIds
student,0100231,Елица,Примерова,2015-02-28,2902418,5,
`
let api: ServedApi
let rollcall: RunCommand
let folder: string
let roster: string
beforeEach(async () => {
  api = await startServedApi({ redisUrl: redis.url })
  rollcall = api.cli({ as: 'upstream' })
  folder = await mkdtemp(join(tmpdir(), 'rollcall-import-'))
  roster = join(folder, 'roster.csv')
  await writeFile(roster, ROSTER)
})
afterEach(async () => {
  await api.close()
  await rm(folder, { recursive: true })
})

const imports = () => api.database.prisma.import.count()

test('the result of an import can be written at any time, to a new file that its owner alone can read', async () => {
  const begun = await rollcall('import', roster, '--no-follow', '--json')
  const { id } = begun.json() as { id: string }
  const out = join(folder, 'result.csv')
  expect(await rollcall('import-result', id, '--out', out)).toMatchObject({ code: 0, out: '', err: `Written to ${out}.` })
  expect(await readFile(out, 'utf8')).toContain('0100231')
  expect((await stat(out)).mode & 0o777).toBe(0o600)
  expect(await rollcall('import-result', id, '--out', out)).toMatchObject({ code: 2, err: `${out} is there already: name a new file.` })
})

test('a result file that is there, or a link that somebody laid there, is refused before anything is sent', async () => {
  const theirs = join(folder, 'theirs.csv')
  const link = join(folder, 'link.csv')
  await symlink(theirs, link)
  expect(await rollcall('import', roster, '--result', link)).toMatchObject({ code: 2, err: `${link} is there already: name a new file.` })
  await writeFile(theirs, 'mine')
  expect(await rollcall('import', roster, '--result', theirs)).toMatchObject({ code: 2 })
  expect(await readFile(theirs, 'utf8')).toBe('mine')
  expect(await imports()).toBe(0)
})

test('a folder that cannot be written into loses no result', async () => {
  const { id } = (await rollcall('import', roster, '--no-follow', '--json')).json() as { id: string }
  const { code, err } = await rollcall('import-result', id, '--out', join(folder, 'nowhere', 'result.csv'))
  expect(code).toBe(1)
  expect(err).toMatch(
    /cannot be written \(ENOENT\)\. The result is kept: `pnpm rollcall import-result [0-9a-f-]+ --out <file>` writes it elsewhere\.$/,
  )
})

test('failed accounts are replayed, not corrected in the file, and the sum says how', async () => {
  const { id } = (await rollcall('import', roster, '--no-follow', '--json')).json() as { id: string }
  const counted = (await rollcall('show', id, '--json')).json() as Parameters<typeof importLines>[0]
  const failed = { ...counted, results: { ...counted.results, waiting: 0, failed: 1 } }
  expect(importLines(failed).at(-1)).toBe(
    `  → Failed ones: \`pnpm rollcall list --group ${id} --status failed\`, mend the cause, \`pnpm rollcall replay --group ${id} --reason …\`.`,
  )
  expect(importLines(counted).at(-1)).not.toContain('→')
})
