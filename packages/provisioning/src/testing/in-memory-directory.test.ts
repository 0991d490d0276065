import { RetryAfterError } from '@rollcall/engine'
import { expect, test } from 'vitest'
import { provisioningErrors } from '../errors.ts'
import { accountToCreate, directoryCall, directoryContract, rejectionOf } from './directory-contract.ts'
import { createInMemoryDirectory, type InMemoryDirectory } from './in-memory-directory.ts'

directoryContract({
  name: 'InMemoryDirectory',
  createDirectory: () => {
    const directory = createInMemoryDirectory({ schools: ['S-1'], classes: ['C-1'], licences: { student: 1 } })
    return {
      directory,
      schoolId: 'S-1',
      classId: 'C-1',
      addForeignAccount: (username) => void directory.addForeignAccount(username),
      loseNextCreateAnswer: () => directory.failNext('createAccount', { kind: 'loseAnswer', error: new Error('lost') }),
      throttleNext: (seconds) => directory.failNext('createAccount', throttled(seconds)),
      hide: directory.hide,
      reveal: directory.reveal,
      look: (username) => look({ directory, username }),
      countAccounts: () => directory.accounts().length,
      now: Date.now,
    }
  },
})

function throttled(seconds: number) {
  return { kind: 'throw', error: new RetryAfterError(provisioningErrors.DIRECTORY_THROTTLED, seconds * 1_000) } as const
}

function look({ directory, username }: { directory: InMemoryDirectory; username: string }) {
  const account = directory.accounts().find((candidate) => candidate.username === username)
  return account && { ...account, licences: account.licensed ? 1 : 0 }
}

const student = accountToCreate('student')
const call = directoryCall()

test('an account stays unseen until its lag has passed on the clock that was handed in', async () => {
  let now = 1_000
  const directory = createInMemoryDirectory({ lagMs: 30_000, now: () => now })
  await directory.createAccount(student, call)
  now += 29_999
  expect(await directory.findAccount({ username: student.username, pollingUuid: null }, call)).toBeNull()
  now += 1
  expect(await directory.findAccount({ username: student.username, pollingUuid: null }, call)).not.toBeNull()
})

test('a directory that takes orders answers with a handle and is looked up by it', async () => {
  const directory = createInMemoryDirectory({ takesOrders: true })
  const answer = await directory.createAccount(student, call)
  if (answer.kind !== 'ordered') throw new Error(`Expected an order, got ${answer.kind}.`)
  const found = await directory.findAccount({ username: 'unknown', pollingUuid: answer.pollingUuid }, call)
  expect(found).toMatchObject({ username: student.username, marker: student.personId })
})

test('a call that hangs ends with the reason of its signal and has done nothing', async () => {
  const directory = createInMemoryDirectory()
  directory.failNext('createAccount', { kind: 'hang' })
  const stop = new AbortController()
  const pending = rejectionOf(directory.createAccount(student, directoryCall({ signal: stop.signal })))
  const reason = new Error('shutting down')
  stop.abort(reason)
  expect(await pending).toBe(reason)
  expect(directory.accounts()).toEqual([])
  expect(directory.calls.createAccount).toBe(1)
})

test('the initial password opens the account and no other does', async () => {
  const directory = createInMemoryDirectory()
  await directory.createAccount(student, call)
  expect(directory.accepts({ username: student.username, password: student.initialPassword })).toBe(true)
  expect(directory.accepts({ username: student.username, password: 'guess' })).toBe(false)
})
