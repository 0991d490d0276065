import { TransientError } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { provisioningErrors } from '../errors.ts'
import { createProvisioningStory, type ProvisioningStory, releaseByHand } from '../testing/create-provisioning-story.ts'
import { accountToCreate, directoryCall } from '../testing/directory-contract.ts'
import { releaseReservation } from './process.ts'

const MINUTE = 60_000
const owner = { personId: '7001010005', kind: 'teacher' } as const
const username = 'maria.obraztsova'

/** A name is reserved, nothing stands in the directory, and an operator orders the release. */
async function begin(arrange: (story: ProvisioningStory) => Promise<unknown> | unknown = () => {}) {
  const story = createProvisioningStory()
  await story.reservations.reserve({ ...owner, candidates: [username], replacing: null, sealedPassword: 'x' })
  await arrange(story)
  const { uuid } = await story.begin({ process: releaseReservation, input: { ...owner, username, versionsSeen: 0 } })
  return { story, uuid }
}

function addAccount({ directory }: ProvisioningStory, personId: string = owner.personId) {
  return directory.createAccount(accountToCreate('teacher', { personId, username }), directoryCall())
}

describe('release-reservation', () => {
  test('gives the name up after five looks on end, two minutes apart, have found nothing', async () => {
    const { story, uuid } = await begin()
    await story.play()

    expect(story.trail(uuid)).toEqual([
      'CHECK_DIRECTORY success',
      ...Array(4).fill('WATCH_DIRECTORY success'),
      'RELEASE_RESERVATION success',
      'COMPLETED full',
    ])
    expect(story.clock.now() - story.ledger.run(uuid).createdAt).toBe(8 * MINUTE + 1_000)
    expect(story.ledger.run(uuid).result).toMatchObject({ WATCH_DIRECTORY: { looks: 5 } })
    expect(await story.reservations.find(owner)).toBeNull()
  })

  test('refuses at once where an account of this person stands under the name', async () => {
    const { story, uuid } = await begin(addAccount)
    await story.play()

    expect(story.trail(uuid)).toEqual(['CHECK_DIRECTORY ACCOUNT_STANDS', 'FAILED'])
    expect(story.clock.now() - story.ledger.run(uuid).createdAt).toBe(1_000)
    expect(await story.reservations.find(owner)).toMatchObject({ username, sealedPassword: 'x' })
  })

  test('refuses where the account comes into sight later, as on a late replica', async () => {
    const { story, uuid } = await begin(async (it) => {
      it.directory.hide(username)
      await addAccount(it)
    })
    await story.play({ forMs: 5 * MINUTE })
    story.directory.reveal()
    await story.play()

    expect(story.trail(uuid).slice(-2)).toEqual(['WATCH_DIRECTORY ACCOUNT_STANDS', 'FAILED'])
    expect(await story.reservations.find(owner)).toMatchObject({ username })
  })

  test('takes another’s account under the name for nothing of ours', async () => {
    const { story, uuid } = await begin((it) => addAccount(it, '9912310007'))
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })

  test('waits two minutes for the marker of an account without one', async () => {
    const { story, uuid } = await begin((it) => it.directory.addForeignAccount(username))
    await story.play()

    expect(story.trail(uuid).slice(0, 2)).toEqual(['CHECK_DIRECTORY not_yet ×4', 'CHECK_DIRECTORY success'])
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })

  test('counts no look that failed', async () => {
    const { story, uuid } = await begin()
    await story.play({ forMs: 3 * MINUTE })
    story.directory.failNext('findAccount', { kind: 'throw', error: new TransientError(provisioningErrors.DIRECTORY_UNAVAILABLE) })
    await story.play()

    expect(story.trail(uuid)).toContain('WATCH_DIRECTORY DIRECTORY_UNAVAILABLE')
    expect(story.trail(uuid).filter((event) => event.endsWith('_DIRECTORY success'))).toHaveLength(5)
    expect(story.directory.calls.findAccount).toBe(6)
  })

  test('fails where the name was given up by somebody else meanwhile', async () => {
    const { story, uuid } = await begin()
    await story.play({ forMs: 3 * MINUTE })
    await releaseByHand(story, { ...owner, username })
    await story.play()
    expect(story.trail(uuid).slice(-2)).toEqual(['RELEASE_RESERVATION RESERVATION_IN_USE', 'FAILED'])
  })

  test('is harmless when every state runs twice', async () => {
    const { story, uuid } = await begin()
    for (let states = 0; states < 6; states += 1) await story.playTwice()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })
})
