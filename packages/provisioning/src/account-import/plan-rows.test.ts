import { describe, expect, test } from 'vitest'
import { RUN_TYPES } from '../account-kind.ts'
import type { PersonsRun } from '../ports/import-store.ts'
import { planRows } from './plan-rows.ts'
import type { ImportBody } from './row.ts'

const body: ImportBody = {
  kind: 'student',
  personId: 'P',
  firstName: 'Елица',
  lastName: 'Примерова',
  birthDate: '2015-02-28',
  schoolId: '2902418',
  grade: '5',
  classIds: [],
}
const live = { uuid: 'other', personId: 'P', type: RUN_TYPES.student, isLive: true } as const
const ended = { ...live, isLive: false } as const
const ofTeacher = { type: RUN_TYPES.teacher } as const

/** What becomes of a pupil's row. */
function outcomeOf({ begunBefore, run, hasAccount = false }: { begunBefore: boolean; run?: PersonsRun; hasAccount?: boolean }): string {
  const { changes } = planRows({
    rows: [{ rowNumber: 2, begunBefore, errorCode: null, body }],
    accounts: hasAccount ? [{ personId: 'P', sysUserId: 'u', username: 'ep1', enrollmentStatus: 'ENROLLED' }] : [],
    runs: run ? [run] : [],
    open: new Map(),
    newId: () => 'own',
  })
  return changes.map(({ outcome, runUuid, errorCode }) => [outcome, runUuid, errorCode].filter(Boolean).join(' ')).join()
}

describe('a row whose turn has come', () => {
  test.each<[string, Omit<Parameters<typeof outcomeOf>[0], 'begunBefore'>, string]>([
    ['nobody has the person', {}, 'started own'],
    ['a run makes the account', { run: live }, 'joined other'],
    ['a run makes one of the other kind', { run: { ...live, ...ofTeacher } }, 'refused PERSON_IN_CREATION_AS_OTHER_KIND'],
    ['the person has an account', { hasAccount: true }, 'refused ACCOUNT_EXISTS'],
  ])('%s', (_where, stands, outcome) => {
    expect(outcomeOf({ begunBefore: false, ...stands })).toBe(outcome)
  })
})

describe('a row that had begun a run, which another one had forestalled', () => {
  test.each<[string, Omit<Parameters<typeof outcomeOf>[0], 'begunBefore'>, string]>([
    ['and is gone', {}, 'started own'],
    ['and is under way', { run: live }, 'joined other'],
    ['and has made the account', { run: ended, hasAccount: true }, 'joined other'],
    ['and has failed', { run: ended }, 'joined other'],
    ['of the other kind, under way', { run: { ...live, ...ofTeacher } }, 'refused PERSON_IN_CREATION_AS_OTHER_KIND'],
    ['of the other kind, which has made an account', { run: { ...ended, ...ofTeacher }, hasAccount: true }, 'refused ACCOUNT_EXISTS'],
    ['of the other kind, which has failed', { run: { ...ended, ...ofTeacher } }, 'started own'],
  ])('%s', (_where, stands, outcome) => {
    expect(outcomeOf({ begunBefore: true, ...stands })).toBe(outcome)
  })
})
