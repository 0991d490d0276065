// The real process with its real SQL, and a directory in memory: what a student costs without Graph.
import { createSecretKey, randomInt } from 'node:crypto'
import { createIds, systemClock } from '@rollcall/engine'
import { accountCreate } from '@rollcall/provisioning'
import { createCreateHandlers, createPersistHandlers, createPollHandlers, createUsernameDigits } from '@rollcall/provisioning/handlers'
import { createInMemoryDirectory, createTransparentSealer } from '@rollcall/provisioning/testing'
import { contendWithEngine } from './contend-with-engine.ts'

const directory = createInMemoryDirectory({ schools: ['2902418'], classes: ['771204', '771205'] })
const sealer = createTransparentSealer()
const digits = createUsernameDigits(createSecretKey(Buffer.alloc(32, 7)))

await contendWithEngine({
  process: accountCreate,
  handlers: ({ accounts, reservations }) => [
    ...createPersistHandlers({
      accounts,
      reservations,
      sealer,
      digits,
      randomInt: (below) => randomInt(below),
      newId: createIds(systemClock),
    }),
    ...createCreateHandlers({ directory, reservations, sealer }),
    ...createPollHandlers({ directory }),
  ],
  inputOf: (index) => ({
    kind: 'student',
    personId: String(index).padStart(10, '0'),
    firstName: 'Неда',
    lastName: 'Примерова',
    birthDate: '2014-03-03',
    schoolId: '2902418',
    grade: '5',
    classIds: ['771204', '771205'],
  }),
})
