// A program for run-main.test.ts: an app that does nothing but what its first argument says.
import { runMain } from '../run-main.ts'

const [, , behaviour = ''] = process.argv
const finish = Promise.withResolvers<void>()
const failed = Promise.withResolvers<Error>()
// Keeps the process alive, as an app's server does.
const alive = setInterval(() => {}, 60_000)

process.on('message', (order) => {
  if (order === 'finish') finish.resolve()
  if (order === 'fail') failed.resolve(new Error('The workers fell silent.'))
  if (order === 'throw') setImmediate(() => JSON.parse('no json'))
})

await runMain({
  app: 'fixture',
  async start() {
    if (behaviour === 'broken') throw new Error('Cannot reach sqlserver://sa:hunter2@db:1433;password=hunter2;encrypt=true')
    return {
      failed: failed.promise,
      async stop() {
        process.send?.('stopping')
        if (behaviour === 'slow') await finish.promise
        clearInterval(alive)
        return { jobsLeft: behaviour === 'leaves-jobs' ? 1 : 0 }
      },
    }
  },
})
