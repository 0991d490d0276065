import { createRedisResourceGate } from '@rollcall/engine'
import { createInMemoryGate } from '@rollcall/engine/testing'
import { expect, test } from 'vitest'
import { connectRedis } from '../connect-redis.ts'
import { captureLogs } from '../test-support/capture-logs.ts'
import { createForgivingGate } from './create-forgiving-gate.ts'
import { createWorkerErrorLog } from './log-worker-errors.ts'

const LIMITS = [{ name: 'graph', ratePerSecond: 20, burst: 100, reopenByProbe: true }]
const entry = { resource: 'graph', tokens: 1, bulk: false, now: 0 }

test('a gate that does not answer lets nobody in for two seconds, and makes no failure of what was done', async () => {
  const { logger } = captureLogs('silent')
  const connection = connectRedis({ url: 'redis://127.0.0.1:1', role: 'producer', logger })
  const away = createRedisResourceGate({ connection, namespace: 'test', limits: LIMITS, random: () => 0 })
  const gate = createForgivingGate({ gate: away, logger })
  expect(await gate.enter(entry)).toEqual({ kind: 'wait', ms: 2_000, closed: false })
  expect(await gate.noteSystemic({ resource: 'graph', uuid: 'r-1', now: 0 })).toBe(0)
  await expect(gate.noteSuccess({ resource: 'graph', now: 0 })).resolves.toBeUndefined()
  await expect(gate.closeUntil({ resource: 'graph', until: 1 })).resolves.toBeUndefined()
  await expect(gate.reopen({ resource: 'graph' })).rejects.toThrow()
  connection.disconnect()
})

test('a gate that answers is believed', async () => {
  const gate = createForgivingGate({ gate: createInMemoryGate(), logger: captureLogs().logger })
  await gate.closeUntil({ resource: 'graph', until: 500 })
  expect(await gate.enter(entry)).toEqual({ kind: 'wait', ms: 500, closed: true })
  expect(await gate.enter({ ...entry, now: 500 })).toMatchObject({ kind: 'open' })
})

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
