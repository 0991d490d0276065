import { expect, test } from 'vitest'
import { prepareRun } from './prepare-run.ts'
import { aRun } from './test-support/a-run.ts'
import { shopping, sweeping } from './test-support/shopping.ts'

const newId = () => 'new-uuid'

test('a request begins at the start of its process, due at once, under the natural key of its subject', () => {
  const run = prepareRun({
    process: shopping,
    input: { customer: 'c1', note: 'n' },
    groupUuid: 'group',
    requestedBy: 'upstream',
    priority: 2_001,
    now: 5_000,
    newId,
  })
  expect(run).toEqual({
    uuid: 'new-uuid',
    groupUuid: 'group',
    process: 'shopping',
    type: 'BUY',
    state: 'RESERVE',
    input: { customer: 'c1', note: 'n' },
    liveKey: 'shopping:c1',
    priority: 2_001,
    subjectId: 'c1',
    subjectName: null,
    scopeId: 'shop-1',
    requestedBy: 'upstream',
    createdAt: 5_000,
    dueAt: 5_000,
  })
})

test('a run that another one started belongs to the group, the lane and the caller of that one', () => {
  const parent = aRun({ groupUuid: 'group', requestedBy: 'upstream', priority: 2_007 })
  expect(prepareRun({ process: sweeping, input: { shelf: 'a' }, parent, now: 5_000, newId })).toMatchObject({
    ...{ groupUuid: 'group', requestedBy: 'upstream', priority: 2_007, liveKey: 'sweeping:a', createdAt: 5_000 },
  })
})

test('a process that begins by waiting is due after its first pause', () => {
  const run = prepareRun({ process: sweeping, input: { shelf: 'a' }, parent: aRun(), now: 5_000, newId })
  expect(run.dueAt).toBe(5_000 + 15 * 60_000)
})
