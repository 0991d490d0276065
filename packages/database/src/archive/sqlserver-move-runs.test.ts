// What is sent to SQL Server, through a driver of our own that stands behind Prisma.
import { DriverAdapterError } from '@prisma/driver-adapter-utils'
import { T0 } from '@rollcall/engine/testing/ledger-contract'
import { expect, onTestFinished, test } from 'vitest'
import { createSqlServerClient } from '../open-client.ts'
import { createRecordingDriver } from '../testing/recording-driver.ts'
import type { RunsToMove } from './move-runs.ts'
import { createSqlServerMoveRuns, MOVE_RUNS } from './sqlserver-move-runs.ts'

type Answer = Parameters<typeof createRecordingDriver>[0]

async function openRecorded(answer: Answer) {
  const { factory, requests } = createRecordingDriver(answer)
  const prisma = await createSqlServerClient({ adapter: factory })
  onTestFinished(() => prisma.$disconnect())
  return { requests, move: createSqlServerMoveRuns(prisma) }
}

const part: RunsToMove = { status: 'failed', endedBefore: T0, exceptProcess: 'canary', archivedAt: T0 + 1, after: null, limit: 2 }
const last = { uuid: 'u-2', createdAt: new Date(T0 - 5).toISOString(), moved: 1, chosen: 2 }

test('a part of the runs is put away with one request, which is told where the part before ended', async () => {
  const { move, requests } = await openRecorded(() => [last])
  expect(await move({ ...part, after: { createdAt: T0 - 9, uuid: 'u-0' } })).toMatchObject({
    moved: 1,
    next: { createdAt: T0 - 5, uuid: 'u-2' },
  })
  expect(requests).toEqual([
    {
      kind: 'query',
      sql: MOVE_RUNS,
      args: ['failed', '2026-01-05T08:00:00.000', 'canary', '2026-01-05T07:59:59.991', 'u-0', 2, '2026-01-05T08:00:00.001'],
    },
  ])
})

test('the last part is the one that is not full, or empty', async () => {
  const { move } = await openRecorded((_, index) => (index === 0 ? [{ ...last, chosen: 1 }] : []))
  expect(await move(part)).toMatchObject({ moved: 1, next: null })
  expect(await move(part)).toMatchObject({ moved: 0, next: null })
})

test('a part that lost to a deadlock is put away again', async () => {
  const { move, requests } = await openRecorded((_, index) => {
    if (index === 0) throw new DriverAdapterError({ kind: 'TransactionWriteConflict' })
    return [last]
  })
  expect((await move(part)).moved).toBe(1)
  expect(requests).toHaveLength(2)
})

test('everything is copied that the archive has columns for', () => {
  const [runs = '', events = ''] = [...MOVE_RUNS.matchAll(/OUTPUT (.+?) INTO (\S+) \((.+?)\)/g)].map(([, from = '', , into = '']) => {
    expect(from.replaceAll('deleted.', '').replace('@archivedAt', '[archivedAt]')).toBe(into)
    return into
  })
  expect([runs.split(', ').length, events.split(', ').length]).toEqual([26, 14])
})
