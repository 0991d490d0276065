import { RetryAfterError, SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { provisioningErrors } from '../errors.ts'
import { HAPPY_TRAIL, replayAndPlay } from '../test-support/account-create-runs.ts'
import { aStudent, aTeacher, createProvisioningStory } from '../testing/create-provisioning-story.ts'
import { accountCreate } from './process.ts'

const HOUR = 3_600_000

describe('account-create', () => {
  test('leads from a request to an enrolled account and a user with its password kept sealed', async () => {
    const story = createProvisioningStory()
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    const [account] = story.directory.accounts()
    expect(account).toMatchObject({ marker: '0051020304', schools: ['2902418'], memberOf: ['771204', '771205'], teaches: [] })
    expect(story.accounts.live()).toMatchObject([
      { personId: '0051020304', azureId: account?.azureId, enrollmentStatus: 'ENROLLED', runUuid: uuid },
    ])
    expect(story.directory.calls.createAccount).toBe(1)
  })

  test('puts a teacher into both collections of a class', async () => {
    const story = createProvisioningStory()
    await story.begin({ process: accountCreate, input: aTeacher() })
    await story.play()

    expect(story.directory.accounts()).toMatchObject([{ username: 'maria.obraztsova', memberOf: ['771204'], teaches: ['771204'] }])
  })

  test('waits while replicas do not show the account, and makes two rows of all the looks at most', async () => {
    const story = createProvisioningStory({ lagMs: 90_000 })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid)).toEqual([
      'RESERVE_USERNAME success',
      'AWAITING_USER_CREATE success',
      'POLL_USER_CREATE not_yet ×8',
      'POLL_USER_CREATE success',
      'AWAITING_ENROLLMENT success',
      'USER_NEISPUO_PERSIST success',
      'COMPLETED full',
    ])
  })

  test('gives up after two hours without a sight of the account, and records it', async () => {
    const story = createProvisioningStory({ lagMs: 3 * HOUR })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid).slice(-2)).toEqual(['POLL_USER_CREATE NOT_YET_FOR_TOO_LONG', 'FAILED'])
    expect(story.clock.now() - story.ledger.run(uuid).createdAt).toBe(2 * HOUR)
  })

  test('persists the account partially where a class is missing, keeps the other places, and leaves a run that goes on trying', async () => {
    const story = createProvisioningStory()
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent({ classIds: ['771204', '999999'] }) })
    await story.play({ forMs: 60_000 })

    expect(story.trail(uuid)).toEqual([
      'RESERVE_USERNAME success',
      'AWAITING_USER_CREATE success',
      'POLL_USER_CREATE success',
      'AWAITING_ENROLLMENT CLASS_NOT_IN_DIRECTORY',
      'USER_NEISPUO_PERSIST success',
      'COMPLETED partial',
    ])
    expect(story.ledger.run(uuid)).toMatchObject({ status: 'completed', errorCode: 'CLASS_NOT_IN_DIRECTORY' })
    expect(story.accounts.live()).toMatchObject([{ enrollmentStatus: 'PENDING' }])
    expect(story.directory.accounts()).toMatchObject([{ schools: ['2902418'], memberOf: ['771204'] }])
    expect(story.ledger.runs().filter((run) => run.process === 're-enroll')).toMatchObject([{ status: 'new', subjectId: '0051020304' }])
  })

  test('spends no attempt while the directory asks to wait', async () => {
    const story = createProvisioningStory()
    story.directory.failNext('createAccount', { kind: 'throw', error: new RetryAfterError(provisioningErrors.DIRECTORY_THROTTLED, 17_000) })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.ledger.history(uuid).every((event) => event.attempt === 0)).toBe(true)
    expect(story.clock.now() - story.ledger.run(uuid).createdAt).toBeGreaterThanOrEqual(17_000)
  })

  test('stops the line when nobody may write, and fails nobody', async () => {
    const story = createProvisioningStory()
    const people = ['1', '2', '3', '4'].map((personId) => aStudent({ personId }))
    const refusal = new SystemicError(provisioningErrors.DIRECTORY_FORBIDDEN)
    for (let tries = 0; tries < 20; tries += 1) story.directory.failNext('createAccount', { kind: 'throw', error: refusal })
    for (const input of people) await story.begin({ process: accountCreate, input })
    await story.play({ forMs: 20 * 60_000 })

    expect(story.ledger.runs().map((run) => [run.state, run.status, run.attempt])).toEqual(
      people.map(() => ['AWAITING_USER_CREATE', 'in_progress', 0]),
    )
    expect(story.notices).toContainEqual(expect.objectContaining({ kind: 'resourceClosed', errorCode: 'DIRECTORY_FORBIDDEN' }))
    expect(story.notices.filter((notice) => notice.kind === 'resourceClosed')).toHaveLength(1)
  })

  test('persists the accounts for which no licence is left, closes the line for nobody, and licenses them once there are some', async () => {
    const story = createProvisioningStory({ licences: { student: 1 } })
    for (const personId of ['1', '2', '3', '4', '5']) await story.begin({ process: accountCreate, input: aStudent({ personId }) })
    await story.play({ forMs: 20 * 60_000 })
    await story.begin({ process: accountCreate, input: aTeacher({ personId: '6' }) })
    await story.play({ forMs: 60_000 })

    const endings = story.ledger.runs().filter(({ process }) => process === 'account-create')
    const lacking = { completion: 'partial', errorCode: 'LICENCES_EXHAUSTED' }
    expect(endings).toMatchObject([{ completion: 'full' }, lacking, lacking, lacking, lacking, { completion: 'full' }])
    expect(story.directory.accounts().map(({ schools, licensed }) => [schools.length, licensed])).toEqual([
      [1, true],
      ...Array(4).fill([1, false]),
      [1, false],
    ])
    expect(story.notices.filter(({ kind }) => kind === 'resourceClosed')).toEqual([])

    story.directory.addLicences('student', 4)
    await story.play()
    expect(story.accounts.live().map(({ enrollmentStatus }) => enrollmentStatus)).toEqual(Array(6).fill('ENROLLED'))
    expect(story.directory.accounts().filter(({ licensed }) => licensed)).toHaveLength(5)
  })

  test('fails with a plain cause where the directory refuses the data, and can be replayed with corrected input', async () => {
    const story = createProvisioningStory()
    story.directory.failNext('createAccount', { kind: 'throw', error: new TerminalError(provisioningErrors.DIRECTORY_REFUSED_DATA) })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ status: 'failed', errorCode: 'DIRECTORY_REFUSED_DATA' })

    await replayAndPlay(story, uuid, { input: aStudent({ lastName: 'Поправена' }) })
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.accounts.live()).toMatchObject([{ lastName: 'Поправена' }])
  })

  test('enrols anew, by a run of its own, where a replay corrects the school after the enrolment', async () => {
    const story = createProvisioningStory({ schools: ['2902418', '2902419'] })
    const refusal = new TerminalError(provisioningErrors.ACCOUNT_BELONGS_TO_ANOTHER)
    story.accounts.failNextPersist(refusal)
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ status: 'failed', errorCode: 'ACCOUNT_BELONGS_TO_ANOTHER' })

    await replayAndPlay(story, uuid, { lastState: 'USER_NEISPUO_PERSIST', input: aStudent({ schoolId: '2902419' }) })
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED partial')
    expect(story.directory.accounts()).toMatchObject([{ schools: ['2902418', '2902419'] }])
    expect(story.accounts.live()).toMatchObject([{ schoolId: '2902419', enrollmentStatus: 'ENROLLED' }])
  })

  test('tells in its result under which id the user stands, be it one that stood already', async () => {
    const story = createProvisioningStory()
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()
    const [user] = story.accounts.live()
    expect(story.ledger.run(uuid).result).toMatchObject({ USER_NEISPUO_PERSIST: { sysUserId: user?.sysUserId } })

    const again = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()
    expect(story.trail(again.uuid)).toContain('USER_NEISPUO_PERSIST USER_STANDS_ALREADY')
    expect(story.trail(again.uuid).at(-1)).toBe('COMPLETED full')
    expect(story.ledger.run(again.uuid).result).toMatchObject({ USER_NEISPUO_PERSIST: { sysUserId: user?.sysUserId } })
  })

  test('tries again after a fault that passes, and counts it', async () => {
    const story = createProvisioningStory()
    story.directory.failNext('place', { kind: 'throw', error: new TransientError(provisioningErrors.DIRECTORY_UNAVAILABLE) })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid)).toEqual([...HAPPY_TRAIL.slice(0, 3), 'AWAITING_ENROLLMENT DIRECTORY_UNAVAILABLE', ...HAPPY_TRAIL.slice(3)])
    expect(story.ledger.run(uuid).errorCode).toBeNull()
  })

  test('writes on a second try only the places that the first one missed', async () => {
    const story = createProvisioningStory()
    story.directory.failNext('place', { kind: 'throw', error: new TransientError(provisioningErrors.DIRECTORY_UNAVAILABLE) })
    const { uuid } = await story.begin({ process: accountCreate, input: aTeacher() })
    await story.play()

    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    // The class costs two, as member and as teacher, on the first try; the school one, on the second.
    expect(story.directory.membershipWrites()).toBe(3)
  })

  test('is harmless when every state runs twice', async () => {
    const story = createProvisioningStory()
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    for (let states = 0; states < 5; states += 1) await story.playTwice()
    await story.play()

    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.directory.accounts()).toHaveLength(1)
    expect(story.accounts.live()).toHaveLength(1)
  })

  test('works with a directory that takes orders and has to be asked by their handle', async () => {
    const story = createProvisioningStory({ takesOrders: true, lagMs: 5_000 })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.ledger.run(uuid).pollingUuid).toEqual(expect.any(String))
  })

  test('keeps password and personal data out of history, result and notices', async () => {
    const story = createProvisioningStory()
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    const told = JSON.stringify([story.ledger.history(uuid), story.ledger.run(uuid).result, story.notices])
    const reservation = await story.reservations.find({ personId: '0051020304', kind: 'student' })
    const password = reservation?.sealedPassword?.split('#')[1] ?? ''
    expect(password).toHaveLength(14)
    for (const secret of [password, 'Гергана', 'Проба', '2015-05-10', '0051020304']) expect(told).not.toContain(secret)
  })

  test.each([SystemicError, TransientError])('does not lose the account when the poll meets %o', async (ErrorWord) => {
    const story = createProvisioningStory()
    story.directory.failNext('findAccount', { kind: 'throw', error: new ErrorWord(provisioningErrors.DIRECTORY_UNAVAILABLE) })
    const { uuid } = await story.begin({ process: accountCreate, input: aStudent() })
    await story.play()

    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })
})
