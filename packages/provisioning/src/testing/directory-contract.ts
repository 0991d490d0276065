// What every Directory must do, whatever technology stands behind it: `directoryContract` runs the same claims against each of them.
import { RetryAfterError, TerminalError } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import type { AccountKind } from '../account-kind.ts'
import { provisioningErrors } from '../errors.ts'
import type { AccountToCreate, Directory, DirectoryCall } from '../ports/directory.ts'

/** A fresh directory with one school, one class, one licence left for students and none configured for teachers. */
export interface DirectoryUnderTest {
  readonly directory: Directory
  /** The register's ids. */
  readonly schoolId: string
  readonly classId: string
  /** An account that is none of ours. */
  addForeignAccount(username: string): void
  /** The next create is carried out and its answer is lost. */
  loseNextCreateAnswer(): void
  /** The next request of any kind is told to wait so long. */
  throttleNext(seconds: number): void
  /** The account made under this username stays unseen until `reveal`. */
  hide(username: string): void
  reveal(): void
  /** What stands in the directory, by the register's ids; undefined for no such account. */
  look(username: string): StandingAccount | undefined
  countAccounts(): number
  /** The directory's clock. */
  now(): number
}

export interface StandingAccount {
  readonly schools: readonly string[]
  readonly memberOf: readonly string[]
  readonly teaches: readonly string[]
  readonly licences: number
}

interface Contract {
  readonly name: string
  readonly createDirectory: () => DirectoryUnderTest | Promise<DirectoryUnderTest>
  /** What every call says of itself beyond the usual. */
  readonly call?: Partial<DirectoryCall>
}

/** An invented person; every test has its own usernames. */
export function accountToCreate(kind: AccountKind, overrides: Partial<AccountToCreate> = {}): AccountToCreate {
  return {
    kind,
    personId: 'P-0001',
    username: kind === 'student' ? 'ab12345678' : 'mira.lind',
    firstName: 'Mira',
    middleName: null,
    lastName: 'Lind',
    initialPassword: 'Blau-Regen-Tisch-42',
    grade: kind === 'student' ? '7' : null,
    ...overrides,
  }
}

export function directoryCall(overrides: Partial<DirectoryCall> = {}): DirectoryCall {
  return { signal: new AbortController().signal, runUuid: '0198c0de-0000-7000-8000-000000000001', bulk: false, ...overrides }
}

export function directoryContract({ name, createDirectory, call: overrides = {} }: Contract): void {
  describe(`${name} as a Directory`, () => {
    const call = directoryCall(overrides)
    const student = accountToCreate('student')
    const teacher = accountToCreate('teacher')

    async function createVisible({ directory }: DirectoryUnderTest, account: AccountToCreate): Promise<string> {
      await directory.createAccount(account, call)
      const found = await directory.findAccount({ username: account.username, pollingUuid: null }, call)
      if (found === null) throw new Error('The account that was just created cannot be found.')
      return found.azureId
    }

    test('finds the account that it created, with our marker and the id that the create answered', async () => {
      const { directory } = await createDirectory()
      const answer = await directory.createAccount(student, call)
      const found = await directory.findAccount({ username: student.username, pollingUuid: null }, call)
      expect(found).toMatchObject({ azureId: expect.any(String), username: student.username, marker: student.personId })
      expect(answer).toEqual({ kind: 'created', azureId: found?.azureId })
    })

    test('says to the second when the account was made, ours or not', async () => {
      const under = await createDirectory()
      under.addForeignAccount(teacher.username)
      await under.directory.createAccount(student, call)
      for (const { username } of [student, teacher]) {
        const found = await under.directory.findAccount({ username, pollingUuid: null }, call)
        expect(Math.abs((found?.createdAt ?? 0) - under.now())).toBeLessThan(2_000)
      }
    })

    test('knows no account under a username that nobody has', async () => {
      const { directory } = await createDirectory()
      expect(await directory.findAccount({ username: 'nobody', pollingUuid: null }, call)).toBeNull()
    })

    test('answers conflict to a second create of the same username and makes no second account', async () => {
      const under = await createDirectory()
      await under.directory.createAccount(student, call)
      expect(await under.directory.createAccount(student, call)).toEqual({ kind: 'conflict' })
      expect(under.countAccounts()).toBe(1)
    })

    test("shows somebody else's account under the username without our marker", async () => {
      const under = await createDirectory()
      under.addForeignAccount(teacher.username)
      expect(await under.directory.createAccount(teacher, call)).toEqual({ kind: 'conflict' })
      const found = await under.directory.findAccount({ username: teacher.username, pollingUuid: null }, call)
      expect(found).toMatchObject({ username: teacher.username, marker: null })
    })

    test('answers unknown when the answer to a create was lost, and the look-up finds ours', async () => {
      const under = await createDirectory()
      under.loseNextCreateAnswer()
      expect(await under.directory.createAccount(student, call)).toEqual({ kind: 'unknown', reason: expect.any(String) })
      const found = await under.directory.findAccount({ username: student.username, pollingUuid: null }, call)
      expect(found?.marker).toBe(student.personId)
      expect(under.countAccounts()).toBe(1)
    })

    test('passes a wish to wait on, having done nothing', async () => {
      const under = await createDirectory()
      under.throttleNext(17)
      const refusal = await rejectionOf(under.directory.createAccount(student, call))
      expect(refusal).toBeInstanceOf(RetryAfterError)
      expect(refusal).toMatchObject({ errorCode: provisioningErrors.DIRECTORY_THROTTLED, afterMs: 17_000 })
      expect(under.countAccounts()).toBe(0)
      expect(await under.directory.createAccount(student, call)).toMatchObject({ kind: 'created' })
    })

    test('puts a student into a school and a class, once however often it is asked', async () => {
      const under = await createDirectory()
      const azureId = await createVisible(under, student)
      const places = [
        { kind: 'school', schoolId: under.schoolId },
        { kind: 'class', classId: under.classId, role: 'student' },
      ] as const
      for (const mayBeThere of [true, false, true]) {
        for (const placement of places) expect(await under.directory.place({ azureId, placement, mayBeThere }, call)).toBe('placed')
      }
      expect(under.look(student.username)).toMatchObject({ schools: [under.schoolId], memberOf: [under.classId], teaches: [] })
    })

    test('puts a teacher of a class into both of its collections, once however often it is asked', async () => {
      const under = await createDirectory()
      const azureId = await createVisible(under, teacher)
      const placement = { kind: 'class', classId: under.classId, role: 'teacher' } as const
      for (const mayBeThere of [true, false, true]) {
        expect(await under.directory.place({ azureId, placement, mayBeThere }, call)).toBe('placed')
      }
      expect(under.look(teacher.username)).toMatchObject({ memberOf: [under.classId], teaches: [under.classId] })
    })

    test.each([true, false])('completes a teacher who stands in one collection only, looking first: %s', async (mayBeThere) => {
      const under = await createDirectory()
      const azureId = await createVisible(under, teacher)
      await under.directory.place({ azureId, placement: { kind: 'class', classId: under.classId, role: 'student' } }, call)
      await under.directory.place({ azureId, placement: { kind: 'class', classId: under.classId, role: 'teacher' }, mayBeThere }, call)
      expect(under.look(teacher.username)).toMatchObject({ memberOf: [under.classId], teaches: [under.classId] })
    })

    test('gives up on a school and a class that the directory does not have', async () => {
      const under = await createDirectory()
      const azureId = await createVisible(under, student)
      const school = await rejectionOf(under.directory.place({ azureId, placement: { kind: 'school', schoolId: 'S-404' } }, call))
      expect(school).toBeInstanceOf(TerminalError)
      expect(school).toMatchObject({ errorCode: provisioningErrors.SCHOOL_NOT_IN_DIRECTORY })
      const placement = { kind: 'class', classId: 'C-404', role: 'student' } as const
      const missingClass = await rejectionOf(under.directory.place({ azureId, placement }, call))
      expect(missingClass).toMatchObject({ errorCode: provisioningErrors.CLASS_NOT_IN_DIRECTORY })
    })

    test('says not visible of an account that no replica shows yet, and places it once they do', async () => {
      const under = await createDirectory()
      under.hide(student.username)
      const created = await under.directory.createAccount(student, call)
      if (created.kind !== 'created') throw new Error(`Expected a created account, got ${created.kind}.`)
      const { azureId } = created
      const placement = { kind: 'school', schoolId: under.schoolId } as const
      expect(await under.directory.findAccount({ username: student.username, pollingUuid: null }, call)).toBeNull()
      expect(await under.directory.place({ azureId, placement }, call)).toBe('notVisible')
      expect(await under.directory.place({ azureId, placement, mayBeThere: true }, call)).toBe('notVisible')
      expect(await under.directory.assignLicence({ azureId, kind: 'student' }, call)).toBe('notVisible')
      under.reveal()
      expect(await under.directory.place({ azureId, placement }, call)).toBe('placed')
      expect(await under.directory.assignLicence({ azureId, kind: 'student' }, call)).toBe('placed')
    })

    test('assigns a licence once, and says for good that none is left', async () => {
      const under = await createDirectory()
      const first = await createVisible(under, student)
      const second = await createVisible(under, { ...student, personId: 'P-0002', username: 'cd12345678' })
      expect(await under.directory.assignLicence({ azureId: first, kind: 'student' }, call)).toBe('placed')
      expect(await under.directory.assignLicence({ azureId: first, kind: 'student' }, call)).toBe('placed')
      const refusal = await rejectionOf(under.directory.assignLicence({ azureId: second, kind: 'student' }, call))
      expect(refusal).toBeInstanceOf(TerminalError)
      expect(refusal).toMatchObject({ errorCode: provisioningErrors.LICENCES_EXHAUSTED })
      expect(under.look(student.username)?.licences).toBe(1)
    })

    test('has nothing to assign where no licence is configured', async () => {
      const under = await createDirectory()
      const azureId = await createVisible(under, teacher)
      expect(await under.directory.assignLicence({ azureId, kind: 'teacher' }, call)).toBe('placed')
      expect(under.look(teacher.username)?.licences).toBe(0)
    })

    test("throws the signal's reason when the caller has stopped, having done nothing", async () => {
      const under = await createDirectory()
      const reason = new Error('The lock of this job is lost.')
      const stopped = directoryCall({ ...overrides, signal: AbortSignal.abort(reason) })
      expect(await rejectionOf(under.directory.createAccount(student, stopped))).toBe(reason)
      expect(await rejectionOf(under.directory.findAccount({ username: 'x', pollingUuid: null }, stopped))).toBe(reason)
      expect(under.countAccounts()).toBe(0)
    })
  })
}

/** What a promise rejects with. @throws Error where it does not reject */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const settled = await promise.then(
    () => ({ rejected: false, reason: undefined }),
    (reason: unknown) => ({ rejected: true, reason }),
  )
  if (!settled.rejected) throw new Error('Expected a rejection, got an answer.')
  return settled.reason
}
