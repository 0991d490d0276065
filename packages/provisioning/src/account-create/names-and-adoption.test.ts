import { RetryAfterError, TerminalError, TransientError } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { provisioningErrors } from '../errors.ts'
import { HAPPY_TRAIL, replayAndPlay } from '../test-support/account-create-runs.ts'
import { aStudent, aTeacher, createProvisioningStory, releaseByHand } from '../testing/create-provisioning-story.ts'
import { accountToCreate, directoryCall } from '../testing/directory-contract.ts'
import type { AccountCreateInput } from './input.ts'
import { accountCreate } from './process.ts'

const HOUR = 3_600_000

describe('account-create, where names and accounts stand already', () => {
  test('adopts the account that an earlier, lost answer had made', async () => {
    const story = createProvisioningStory()
    story.directory.failNext('createAccount', { kind: 'loseAnswer', error: new Error('gateway timeout') })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.ledger.run(uuid).result).toMatchObject({ AWAITING_USER_CREATE: { adopted: true } })
    expect(story.directory.accounts()).toHaveLength(1)
  })

  test('looks again, and never takes the next name, while a conflict shows nothing', async () => {
    const story = createProvisioningStory({ lagMs: 40_000 })
    story.directory.failNext('createAccount', { kind: 'loseAnswer', error: new Error('gateway timeout') })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.directory.accounts()).toHaveLength(1)
    expect([...story.reservations.names.keys()]).toHaveLength(1)
  })

  test("takes the next name where the reserved one is somebody else's, and burns the first", async () => {
    const story = createProvisioningStory()
    story.directory.addForeignAccount('maria.obraztsova')
    const { uuid } = await story.begin({ process: accountCreate, input: aTeacher() })
    await story.play()

    expect(story.trail(uuid).slice(0, 5)).toEqual([
      'RESERVE_USERNAME success',
      // For two minutes the account could be ours still, its marker being on its way.
      'AWAITING_USER_CREATE not_yet ×10',
      'AWAITING_USER_CREATE success',
      'RESERVE_USERNAME success',
      'AWAITING_USER_CREATE success',
    ])
    expect(story.accounts.live()).toMatchObject([{ username: 'maria.p.obraztsova' }])
    expect([...story.reservations.names.keys()]).toEqual(['maria.obraztsova', 'maria.p.obraztsova'])
  })

  test('gives two people of one name different usernames', async () => {
    const story = createProvisioningStory()
    for (const personId of ['7001010005', '7202020008', '7303030001']) {
      await story.begin({ process: accountCreate, input: aTeacher({ personId, middleName: undefined }) })
    }
    await story.play()

    expect(story.accounts.live().map((account) => account.username)).toEqual(['maria.obraztsova', 'maria.obraztsova1', 'maria.obraztsova2'])
  })

  test('adopts the account whose password is gone', async () => {
    const story = createProvisioningStory()
    const { personId, kind } = aTeacher()
    await story.reservations.reserve({ personId, kind, candidates: ['maria.obraztsova'], replacing: null, sealedPassword: 'x' })
    story.reservations.erasePassword({ personId, kind })
    await story.directory.createAccount(accountToCreate(kind, { personId, username: 'maria.obraztsova' }), directoryCall())
    const { uuid } = await story.begin({ process: accountCreate, input: aTeacher() })
    await story.play()

    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.directory.accounts()).toHaveLength(1)
    expect(await story.reservations.find({ personId, kind })).toMatchObject({ sealedPassword: null })
  })

  test('seals a new password for the name whose own is gone, once the directory has shown nothing under it for ten minutes', async () => {
    const story = createProvisioningStory()
    const owner = { personId: '0051020304', kind: 'student' } as const
    const sealedPassword = 'initial-password:student:0051020304#old'
    await story.reservations.reserve({ ...owner, candidates: ['gk1'], replacing: null, sealedPassword })
    story.reservations.erasePassword(owner)
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid)).toEqual([
      'RESERVE_USERNAME success',
      expect.stringMatching(/^AWAITING_USER_CREATE not_yet ×\d+$/),
      'AWAITING_USER_CREATE success',
      ...HAPPY_TRAIL,
    ])
    expect(story.clock.now() - story.ledger.run(uuid).createdAt).toBeGreaterThanOrEqual(600_000)
    expect(story.directory.accounts()).toMatchObject([{ username: 'gk1' }])
    const reservation = await story.reservations.find(owner)
    expect(reservation?.sealedPassword).not.toBe(sealedPassword)
    expect(story.directory.accepts({ username: 'gk1', password: reservation?.sealedPassword?.replace(/^[^#]*#/, '') ?? '' })).toBe(true)
  })

  test('waits ten minutes from the erasure, where the password is erased while the account is waited for', async () => {
    const story = createProvisioningStory()
    story.directory.failNext('createAccount', {
      kind: 'throw',
      error: new RetryAfterError(provisioningErrors.DIRECTORY_THROTTLED, 900_000),
    })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play({ forMs: 840_000 })
    story.reservations.erasePassword({ personId: '0051020304', kind: 'student' })
    await story.play()

    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.clock.now() - story.ledger.run(uuid).createdAt).toBeGreaterThanOrEqual(1_440_000)
  })

  test('settles a new name where the reserved one was given up before the run was replayed', async () => {
    const story = createProvisioningStory()
    story.directory.failNext('createAccount', { kind: 'throw', error: new TerminalError(provisioningErrors.DIRECTORY_REFUSED_DATA) })
    const { uuid } = await story.begin({ process: accountCreate, input: aTeacher() })
    await story.play()
    await releaseByHand(story, { ...aTeacher(), username: 'maria.obraztsova' })

    await replayAndPlay(story, uuid)
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.directory.accounts()).toMatchObject([{ username: 'maria.p.obraztsova' }])
  })

  test.each([
    ['the same kind', aStudent()],
    ['the other kind', aTeacher({ personId: aStudent().personId })],
  ])('makes no second account, of %s, where one came to stand under a name that had been given up', async (_kind, input) => {
    const story = createProvisioningStory()
    const { personId, kind } = aStudent()
    await story.reservations.reserve({ personId, kind, candidates: ['gk1'], replacing: null, sealedPassword: 'x' })
    await releaseByHand(story, { personId, kind, username: 'gk1' })
    // Later than anybody thought possible.
    await story.directory.createAccount(accountToCreate(kind, { personId, username: 'gk1' }), directoryCall())
    const { uuid } = await story.begin({ process: accountCreate, input })
    await story.play()

    expect(story.trail(uuid)).toEqual(['RESERVE_USERNAME success', 'AWAITING_USER_CREATE FORMER_ACCOUNT_STANDS', 'FAILED'])
    expect(story.directory.accounts()).toMatchObject([{ username: 'gk1' }])
  })

  test('takes what others have under its former names for nothing of its own', async () => {
    const story = createProvisioningStory()
    story.directory.addForeignAccount('maria.obraztsova')
    const { uuid } = await story.begin({ process: accountCreate, input: aTeacher() })
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.directory.accounts().map(({ username }) => username)).toContain('maria.p.obraztsova')
  })

  test('adopts, on a replay, the account that came to stand under its name after that was given up, and knows no password of it', async () => {
    const story = createProvisioningStory()
    story.directory.failNext('createAccount', { kind: 'throw', error: new TerminalError(provisioningErrors.DIRECTORY_REFUSED_DATA) })
    const { uuid } = await story.begin({ process: accountCreate, input: aTeacher() })
    await story.play()
    const owner = { personId: aTeacher().personId, kind: 'teacher', username: 'maria.obraztsova' } as const
    await releaseByHand(story, owner)
    await story.reservations.reserve({ ...owner, candidates: ['another.name'], replacing: null, sealedPassword: 'not of this one' })
    await story.directory.createAccount(accountToCreate('teacher', owner), directoryCall())
    await replayAndPlay(story, uuid)

    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.directory.accounts()).toHaveLength(1)
    expect(story.accounts.live()).toMatchObject([{ username: 'maria.obraztsova', existedBefore: true }])
  })

  test('says of an adopted account that is older than its password that it keeps its own, and of no other', async () => {
    const story = createProvisioningStory()
    const { personId, kind } = aTeacher()
    await story.directory.createAccount(accountToCreate(kind, { personId, username: 'maria.obraztsova' }), directoryCall())
    await story.play({ forMs: HOUR })
    const older = await story.begin({ process: accountCreate, input: aTeacher() })
    await story.play()
    story.directory.failNext('createAccount', { kind: 'loseAnswer', error: new Error('gateway timeout') })
    const ours = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    const resultOf = ({ uuid }: { uuid: string }) => story.ledger.run(uuid).result
    expect(resultOf(older)).toMatchObject({ AWAITING_USER_CREATE: { adopted: true }, USER_NEISPUO_PERSIST: { existedBefore: true } })
    expect(resultOf(ours)).toMatchObject({ AWAITING_USER_CREATE: { adopted: true }, USER_NEISPUO_PERSIST: { existedBefore: false } })
  })

  describe('where SQL has forgotten the person, restored from a backup', () => {
    /** The directory of one story, and nothing of its SQL. */
    async function restored(input: AccountCreateInput) {
      const before = createProvisioningStory()
      await before.begin({ process: accountCreate, input })
      await before.play()
      const [account] = before.directory.accounts()
      const story = createProvisioningStory()
      const name = { personId: input.personId, username: account?.username ?? '' }
      await story.directory.createAccount(accountToCreate(input.kind, name), directoryCall())
      return { story, username: name.username }
    }

    test.each([['student', aStudent()] as const, ['teacher', aTeacher()] as const])(
      'gives a %s the same name again and adopts the account, whose password is its own however young it is',
      async (_kind, input) => {
        const { story, username } = await restored(input)
        const { uuid } = await story.begin({ process: accountCreate, input })
        await story.play()

        expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
        expect(story.directory.accounts()).toMatchObject([{ username }])
        expect(story.accounts.live()).toMatchObject([{ username, existedBefore: true }])
        expect(story.ledger.run(uuid).result).toMatchObject({ AWAITING_USER_CREATE: { adopted: true, stoodBefore: true } })
      },
    )

    test('finds it behind names that are others’ by now', async () => {
      const story = createProvisioningStory()
      const { kind, personId } = aTeacher()
      story.directory.addForeignAccount('maria.obraztsova')
      await story.directory.createAccount(accountToCreate(kind, { personId, username: 'maria.p.obraztsova' }), directoryCall())
      const { uuid } = await story.begin({ process: accountCreate, input: aTeacher() })
      await story.play()

      expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
      expect(story.directory.accounts()).toHaveLength(2)
      expect(story.accounts.live()).toMatchObject([{ username: 'maria.p.obraztsova', existedBefore: true }])
    })

    test('adopts it where its name was learnt from the directory, and seals no password for it', async () => {
      const story = createProvisioningStory()
      const owner = { personId: aStudent().personId, kind: 'student' } as const
      await story.directory.createAccount(accountToCreate('student', { ...owner, username: 'old00000001' }), directoryCall())
      await story.reservations.reserve({ ...owner, candidates: ['old00000001'], replacing: null, sealedPassword: 'x' })
      story.reservations.erasePassword(owner)
      const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
      await story.play()

      expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
      expect(story.accounts.live()).toMatchObject([{ username: 'old00000001', existedBefore: true }])
    })
  })

  test('keeps the password of an account that its own order made, although another try says that it stands', async () => {
    const story = createProvisioningStory()
    story.directory.failNext('createAccount', { kind: 'loseAnswer', error: new Error('gateway timeout') })
    story.directory.failNext('findAccount', { kind: 'throw', error: new TransientError(provisioningErrors.DIRECTORY_UNAVAILABLE) })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.ledger.run(uuid).result).toMatchObject({ USER_NEISPUO_PERSIST: { existedBefore: false } })
  })
})
