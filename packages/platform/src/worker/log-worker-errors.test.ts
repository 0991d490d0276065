import { expect, test } from 'vitest'
import { captureLogs } from '../test-support/capture-logs.ts'
import { createWorkerErrorLog } from './log-worker-errors.ts'

test('what BullMQ reports is logged once in ten seconds, lost connections only for debugging', () => {
  const { logger, said } = captureLogs()
  let elapsed = 0
  const log = createWorkerErrorLog(logger, () => elapsed)
  log(new Error('Missing lock for job 0199f0a2-1b2c-7d3e-8f40-000000000001-3. moveToFinished'))
  log(new Error('Missing lock for job 0199f0a2-1b2c-7d3e-8f40-000000000002-3. moveToFinished'))
  log(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' }))
  log(new Error('Connection is closed.'))
  elapsed = 10_000
  log(new Error('Missing lock for job 0199f0a2-1b2c-7d3e-8f40-000000000003-3. moveToFinished'))
  expect(said('debug', 'error')).toEqual([
    'error: bullmq reported an error',
    'debug: a worker has lost its connection',
    'debug: a worker has lost its connection',
    'error: bullmq reported an error',
  ])
})
