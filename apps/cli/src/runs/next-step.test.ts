import { expect, test } from 'vitest'
import { nextStep } from './next-step.ts'

test.each([
  ['account-create', 'partial', 'It has ended without everything that was asked; another run goes on trying.'],
  ['user-status-sync', 'partial', 'It has ended without everything that was asked.'],
  ['account-create', 'full', 'It has ended well.'],
] as const)('promises another run only where one is begun (%s, %s)', (process, completion, says) => {
  const ended = { uuid: 'r', state: 'COMPLETED', status: 'completed', dueAt: null, cancelRequestedAt: null } as const
  expect(nextStep({ run: { ...ended, process, completion }, resource: null, resources: [], now: 0 })).toEqual([says])
})
