// A worker app that begins to work on a job, says so, and never comes back: started by a test that kills it.
// Arguments: the URL of Redis, the namespace, the uuid of the run.
import { Redis } from 'ioredis'
import { createDispatcher } from '../bullmq/create-dispatcher.ts'
import { createWorkers } from '../bullmq/create-workers.ts'
import { systemClock } from '../clock.ts'
import { defineHandlers } from '../handler.ts'
import { createResources } from '../resources.ts'
import { createInMemoryClosures } from '../testing/in-memory-closures.ts'
import { createInMemoryGate } from '../testing/in-memory-gate.ts'
import { createInMemoryLedger } from '../testing/in-memory-ledger.ts'
import { slow } from './slow-process.ts'

const [url = '', namespace = '', uuid = ''] = process.argv.slice(2)
const connection = new Redis(url, { maxRetriesPerRequest: null })
const ledger = createInMemoryLedger()
const now = systemClock.now()
// It sees the run as the ledger of the test has it.
const run = {
  ...{ uuid, groupUuid: 'g', process: 'slow', type: 'SLOW', state: 'WAIT', input: { id: '1' }, liveKey: 'slow:1', priority: 1 },
  ...{ subjectId: '1', subjectName: null, scopeId: null, requestedBy: 'test', createdAt: now, dueAt: now },
}
await ledger.accept({ groupUuid: 'g', request: null, runs: [run] })

const resources = createResources({
  ...{ gate: createInMemoryGate(), closures: createInMemoryClosures(), limits: [], clock: systemClock, instance: 'doomed' },
  notify: () => undefined,
  reopen: async () => undefined,
})
createWorkers({
  ...{ ledger, resources, connection, namespace, clock: systemClock, concurrency: 1 },
  dispatcher: createDispatcher({ connection, namespace, processes: [slow] }),
  handlers: [
    defineHandlers(slow, 'create', {
      WAIT: async () => {
        process.stdout.write('began\n')
        // Busy to its death: nothing else ends it, not even the time limit of the state.
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
      },
    }),
  ],
  notify: () => undefined,
  onError: (error) => {
    throw error
  },
}).start()
