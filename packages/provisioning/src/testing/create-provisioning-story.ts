import { createSecretKey } from 'node:crypto'
import { createIds } from '@rollcall/engine'
import { createStory, type Story } from '@rollcall/engine/testing'
import type { AccountCreateInput } from '../account-create/input.ts'
import { accountCreate } from '../account-create/process.ts'
import { createCreateHandlers, createImportHandlers, createPersistHandlers, createPollHandlers } from '../handlers.ts'
import type { ReservationToRelease } from '../ports/account-store.ts'
import { createUsernameDigits } from '../rules/username-digits.ts'
import {
  createInMemoryAccounts,
  createInMemoryReservations,
  createTransparentSealer,
  type InMemoryAccounts,
  type InMemoryReservations,
} from './in-memory-accounts.ts'
import { createInMemoryDirectory, type InMemoryDirectory, type InMemoryDirectoryOptions } from './in-memory-directory.ts'
import { createInMemoryImports, type InMemoryImports } from './in-memory-imports.ts'

export interface ProvisioningStory extends Story {
  readonly directory: InMemoryDirectory
  readonly reservations: InMemoryReservations
  readonly accounts: InMemoryAccounts
  readonly imports: InMemoryImports
}

/** The whole system on a virtual clock, with a school `2902418` and its classes `771204` and `771205` in the directory. */
export function createProvisioningStory(options: Omit<InMemoryDirectoryOptions, 'now'> = {}): ProvisioningStory {
  const accounts = createInMemoryAccounts()
  const sealer = createTransparentSealer()
  let now = () => 0
  const reservations = createInMemoryReservations({ now: () => now() })
  const directory = createInMemoryDirectory({ schools: ['2902418'], classes: ['771204', '771205'], ...options, now: () => now() })
  let drawn = 0
  // Dice that never repeat and always fall the same.
  const randomInt = (below: number) => {
    drawn += 7_919
    return drawn % below
  }
  const digits = createUsernameDigits(createSecretKey(Buffer.alloc(32, 7)))
  const imports = createInMemoryImports(() => story.ledger.runs())
  const queries = { openRuns: (scopeIds: readonly string[]) => story.ledger.openRuns(scopeIds) }
  const newId = createIds({ now: () => now() })
  const story: Story = createStory({
    handlers: [
      ...createPersistHandlers({ reservations, accounts, sealer, digits, randomInt, newId }),
      ...createImportHandlers({ imports, accounts, queries, newId }),
      ...createCreateHandlers({ directory, reservations, sealer }),
      ...createPollHandlers({ directory }),
    ],
  })
  now = story.clock.now
  return { ...story, directory, reservations, accounts, imports }
}

/** As a run of release-reservation does it. */
export async function releaseByHand(
  { reservations }: Pick<ProvisioningStory, 'reservations'>,
  { personId, kind, username }: ReservationToRelease,
): Promise<void> {
  const release = { personId, kind, username, process: accountCreate.name, blockingKey: '', versionsSeen: 0, at: 0 }
  await reservations.release({ transaction: null }, release)
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
