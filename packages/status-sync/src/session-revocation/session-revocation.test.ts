import { SystemicError, TransientError } from '@rollcall/engine'
import { createStory } from '@rollcall/engine/testing'
import { expect, test } from 'vitest'
import { statusSyncErrors } from '../errors.ts'
import { createSessionHandlers } from '../handlers.ts'
import type { Sessions } from '../ports/sessions.ts'
import type { OrganisationAccount } from '../rules/account.ts'
import { anAccount } from '../testing/an-account.ts'
import { sessionRevocation } from './process.ts'

const input = { userId: 'u1', azureId: 'a1', statusVersion: 4 }

/** @param account as it stands by the time that it is looked at */
function arrange(
  answer: (call: number) => ReturnType<Sessions['revoke']>,
  account: () => OrganisationAccount | undefined = () => anAccount({ userId: 'u1', accountStatus: 'suspended', statusVersion: 4 }),
) {
  const asked: string[] = []
  const sessions: Sessions = {
    revoke: ({ azureId }) => {
      asked.push(azureId)
      return answer(asked.length)
    },
  }
  const accounts = { read: async () => [account() ?? []].flat() }
  return { ...createStory({ handlers: createSessionHandlers({ sessions, accounts }) }), asked }
}

test('ends the sessions of the user and is done', async () => {
  const story = arrange(async () => 'revoked')
  const { uuid } = await story.begin({ process: sessionRevocation, input })
  await story.play()
  expect(story.trail(uuid)).toEqual(['REVOKE_SESSIONS success', 'COMPLETED full'])
  expect(story.asked).toEqual(['a1'])
  expect(story.ledger.run(uuid)).toMatchObject({ subjectId: 'u1/4', scopeId: 'u1' })
})

test('does no harm when it is done twice', async () => {
  const story = arrange(async () => 'revoked')
  const { uuid } = await story.begin({ process: sessionRevocation, input })
  await story.playTwice()
  expect(story.trail(uuid).filter((step) => step !== 'REVOKE_SESSIONS superseded')).toEqual(['REVOKE_SESSIONS success', 'COMPLETED full'])
})

test('says of a user that the directory has lost that there was nobody to sign out', async () => {
  const story = arrange(async () => 'noSuchUser')
  const { uuid } = await story.begin({ process: sessionRevocation, input })
  await story.play()
  expect(story.trail(uuid)).toEqual(['REVOKE_SESSIONS success', 'COMPLETED partial'])
})

test('asks again for more than an hour while the directory has faults, and fails then', async () => {
  const story = arrange(async () => {
    throw new TransientError(statusSyncErrors.REGISTRATIONS_UNAVAILABLE)
  })
  const begun = story.clock.now()
  const { uuid } = await story.begin({ process: sessionRevocation, input })
  await story.play()
  expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', attempt: 0 })
  expect(story.asked).toHaveLength(30)
  expect(story.clock.now() - begun).toBeGreaterThan(3_600_000)
})

test('waits as long as the directory refuses everybody, and spends no try on it', async () => {
  const story = arrange(async (call) => {
    if (call < 5) throw new SystemicError(statusSyncErrors.REGISTRATIONS_REFUSED)
    return 'revoked'
  })
  const { uuid } = await story.begin({ process: sessionRevocation, input })
  await story.play()
  expect(story.trail(uuid)).toEqual(['REVOKE_SESSIONS REGISTRATIONS_REFUSED', 'REVOKE_SESSIONS success', 'COMPLETED full'])
})

test('another suspension is a revocation of its own, the same one is not', async () => {
  const story = arrange(async () => 'revoked')
  const first = await story.begin({ process: sessionRevocation, input })
  const again = await story.begin({ process: sessionRevocation, input: { ...input, statusVersion: 6 } })
  await story.play()
  expect([first, again].map(({ uuid }) => story.trail(uuid).at(-1))).toEqual(['COMPLETED full', 'COMPLETED full'])
  expect(story.asked).toEqual(['a1', 'a1'])
})

test('of a user whose id is as long as ids may be has a subject that the ledger has room for, another one for each suspension', async () => {
  const story = arrange(async () => 'revoked')
  const subjects: string[] = []
  for (const [userId, statusVersion] of [
    ['x'.repeat(64), 4],
    ['x'.repeat(64), 2_147_483_647],
    [`${'x'.repeat(63)}y`, 4],
  ] as const) {
    const { uuid } = await story.begin({ process: sessionRevocation, input: { ...input, userId, statusVersion } })
    subjects.push(`${story.ledger.run(uuid).subjectId}`)
  }
  expect(subjects.filter((subject) => subject.length > 64)).toEqual([])
  expect(new Set(subjects).size).toBe(3)
})

test('waits through an outage and lets be whose account is active again by then', async () => {
  let account = anAccount({ userId: 'u1', accountStatus: 'suspended', statusVersion: 4 })
  const story = arrange(
    async (call) => {
      if (call === 3) account = { ...account, accountStatus: 'active', statusVersion: 5 }
      throw new SystemicError(statusSyncErrors.REGISTRATIONS_REFUSED)
    },
    () => account,
  )
  const { uuid } = await story.begin({ process: sessionRevocation, input })
  await story.play()
  expect(story.asked).toHaveLength(3)
  expect(story.trail(uuid)).toEqual(['REVOKE_SESSIONS REGISTRATIONS_REFUSED', 'REVOKE_SESSIONS success', 'COMPLETED partial'])
})

test('of an account that nobody knows any more ends its sessions', async () => {
  const story = arrange(
    async () => 'revoked',
    () => undefined,
  )
  const { uuid } = await story.begin({ process: sessionRevocation, input })
  await story.play()
  expect(story.trail(uuid)).toEqual(['REVOKE_SESSIONS success', 'COMPLETED full'])
})
