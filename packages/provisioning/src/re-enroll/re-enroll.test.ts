import { describe, expect, test } from 'vitest'
import { accountCreate } from '../account-create/process.ts'
import { aStudent, createProvisioningStory } from '../testing/create-provisioning-story.ts'

const MINUTE = 60_000
const DAY = 86_400_000

describe('re-enroll', () => {
  test('enrols the account on the first rung after its class appears, and marks the user', async () => {
    const story = createProvisioningStory()
    await story.begin({ process: accountCreate, input: aStudent({ classIds: ['999999'] }) })
    await story.play({ forMs: 20 * MINUTE })
    expect(story.accounts.live()).toMatchObject([{ enrollmentStatus: 'PENDING' }])

    story.directory.addClass('999999')
    await story.play({ forMs: 60 * MINUTE })
    const [run] = story.ledger.runs().filter((one) => one.process === 're-enroll')
    expect(story.trail(run?.uuid ?? '')).toEqual([
      'AWAITING_RE_ENROLLMENT CLASS_NOT_IN_DIRECTORY',
      'AWAITING_RE_ENROLLMENT not_yet ×1',
      'AWAITING_RE_ENROLLMENT success',
      'ENROLLMENT_PERSIST success',
      'COMPLETED full',
    ])
    expect(story.accounts.live()).toMatchObject([{ enrollmentStatus: 'ENROLLED' }])
  })

  test('tries after 15 minutes, 1 hour, 6 hours, then daily, and leaves it to an operator after 28 days', async () => {
    const story = createProvisioningStory()
    await story.begin({ process: accountCreate, input: aStudent({ classIds: ['999999'] }) })
    await story.play({ forMs: MINUTE })
    const placesBefore = story.directory.calls.place
    await story.play({ forMs: 29 * DAY })

    const [run] = story.ledger.runs().filter((one) => one.process === 're-enroll')
    expect(run).toMatchObject({ status: 'failed', errorCode: 'CLASS_NOT_IN_DIRECTORY' })
    // 15 m, 1 h 15, 7 h 15, and then once a day up to the 28th day; school and class each time.
    expect((story.directory.calls.place - placesBefore) / 2).toBe(3 + 27 + 1)
  })
})
