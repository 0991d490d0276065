// The same four states on the engine. The outside is called as the replaced design calls it; what is written is what the engine always writes.
import { defineHandlers, defineProcess } from '@rollcall/engine'
import { z } from 'zod'
import { contendWithEngine } from '../engine/contend-with-engine.ts'
import { createCallOutside } from './outside.ts'
import { taskBesides } from './task-besides.ts'

const studentCreate = defineProcess({
  name: 'student-create',
  input: z.object({ id: z.string() }),
  about: ({ id }) => ({ type: 'BENCH', subjectId: id, subjectName: null, scopeId: 'bench' }),
  start: 'AWAITING_USER_CREATE',
  states: {
    AWAITING_USER_CREATE: { worker: 'create', next: { submitted: 'POLL_USER_CREATE' } },
    // No polling state: its first look waits by design, and here the answer is always there.
    POLL_USER_CREATE: { worker: 'compute', next: { visible: 'AWAITING_ENROLLMENT' } },
    AWAITING_ENROLLMENT: { worker: 'create', next: { enrolled: 'USER_NEISPUO_PERSIST' } },
    USER_NEISPUO_PERSIST: { worker: 'compute', next: { persisted: 'COMPLETED' } },
  },
})

const call = createCallOutside(taskBesides().outsideUrl)

const handlers = [
  defineHandlers(studentCreate, 'create', {
    AWAITING_USER_CREATE: async ({ input }) => {
      await call('create', input.id)
      return { outcome: 'submitted' }
    },
    AWAITING_ENROLLMENT: async ({ input }) => {
      await call('enroll', input.id)
      return { outcome: 'enrolled' }
    },
  }),
  defineHandlers(studentCreate, 'compute', {
    POLL_USER_CREATE: async ({ input }) => {
      await call('poll', input.id)
      return { outcome: 'visible' }
    },
    USER_NEISPUO_PERSIST: async () => ({ outcome: 'persisted' }),
  }),
]

await contendWithEngine({ process: studentCreate, handlers: () => handlers, inputOf: (index) => ({ id: `subject-${index}` }) })
