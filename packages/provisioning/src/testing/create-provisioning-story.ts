import { createStory, type Story } from '@rollcall/engine/testing'
import type { AccountCreateInput } from '../account-create/input.ts'
import { createCreateHandlers, createPersistHandlers, createPollHandlers } from '../handlers.ts'
import {
  createInMemoryAccounts,
  createInMemoryReservations,
  createTransparentSealer,
  type InMemoryAccounts,
  type InMemoryReservations,
} from './in-memory-accounts.ts'
import { createInMemoryDirectory, type InMemoryDirectory, type InMemoryDirectoryOptions } from './in-memory-directory.ts'

export interface ProvisioningStory extends Story {
  readonly directory: InMemoryDirectory
  readonly reservations: InMemoryReservations
  readonly accounts: InMemoryAccounts
}

/** The whole system on a virtual clock, with a school `2902418` and its classes `771204` and `771205` in the directory. */
export function createProvisioningStory(options: Omit<InMemoryDirectoryOptions, 'now'> = {}): ProvisioningStory {
  const reservations = createInMemoryReservations()
  const accounts = createInMemoryAccounts()
  const sealer = createTransparentSealer()
  let now = () => 0
  const directory = createInMemoryDirectory({ schools: ['2902418'], classes: ['771204', '771205'], ...options, now: () => now() })
  let drawn = 0
  // Dice that never repeat and always fall the same.
  const randomInt = (below: number) => {
    drawn += 7_919
    return drawn % below
  }
  const story = createStory({
    handlers: [
      ...createPersistHandlers({ reservations, accounts, sealer, randomInt }),
      ...createCreateHandlers({ directory, reservations, sealer }),
      ...createPollHandlers({ directory }),
    ],
  })
  now = story.clock.now
  return { ...story, directory, reservations, accounts }
}

/** An invented pupil. */
export function aStudent(changes: Partial<AccountCreateInput> = {}): AccountCreateInput {
  return {
    kind: 'student',
    personId: '0051020304',
    firstName: 'Гергана',
    middleName: 'Костова',
    lastName: 'Проба',
    birthDate: '2015-05-10',
    schoolId: '2902418',
    grade: '5',
    classIds: ['771204', '771205'],
    ...changes,
  }
}

/** An invented teacher. */
export function aTeacher(changes: Partial<AccountCreateInput> = {}): AccountCreateInput {
  return {
    kind: 'teacher',
    personId: '7001010005',
    firstName: 'Мария',
    middleName: 'Петрова',
    lastName: 'Образцова',
    birthDate: '1970-01-01',
    schoolId: '2902418',
    classIds: ['771204'],
    ...changes,
  }
}
