import { afterEach, expect, test } from 'vitest'
import { WORKERS } from './app-settings.ts'
import { keepRunning } from './keep-running.ts'

const NEVER_BY_ITSELF = 1_000_000
let end: () => Promise<void> = async () => undefined
afterEach(() => end())

function watched() {
  const dead = new Set<string>()
  const broken = new Set<string>()
  const begun: string[] = []
  const said: string[] = []
  let now = 0
  const begin = async (name: string) => {
    begun.push(name)
    if (broken.has(name)) throw new Error('PORT_TAKEN')
    dead.delete(name)
  }
  const fleet = {
    logFolder: '/logs',
    started: ['api' as const, ...WORKERS],
    redis: { pid: 7, url: '', port: 0, version: '', stop: async () => undefined, kill: async () => undefined },
    app: (name: string) => ({
      name,
      app: name,
      pid: 1,
      isRunning: () => !dead.has(name),
      stop: async () => 0,
      kill: async () => undefined,
    }),
    restart: begin,
    restartRedis: () => begin('Redis'),
  }
  const keeper = keepRunning({
    fleet,
    say: (line) => said.push(line),
    now: () => now,
    isAlive: () => !dead.has('Redis'),
    everyMs: NEVER_BY_ITSELF,
  })
  end = keeper.stop
  return {
    dead,
    broken,
    begun,
    said,
    look: keeper.look,
    stop: keeper.stop,
    pass: (ms: number) => {
      now += ms
    },
  }
}

test('starts again what has died, Redis first, says so, and lets the others be', async () => {
  const { dead, begun, said, look } = watched()
  dead.add('worker-create').add('Redis')
  await look()
  await look()
  expect(begun).toEqual(['Redis', 'worker-create'])
  expect(said).toEqual([
    'Redis has ended; starting it again (logs: /logs)',
    'Redis is back',
    'worker-create has ended; starting it again (logs: /logs)',
    'worker-create is back',
  ])
})

test('tries what does not start again after pauses of a minute at most, and says why', async () => {
  const { dead, broken, begun, said, look, pass } = watched()
  dead.add('api')
  broken.add('api')
  await look()
  await look()
  expect(begun).toEqual(['api'])
  expect(said).toContain('api does not start: PORT_TAKEN')
  pass(60_000)
  await look()
  expect(begun).toEqual(['api', 'api'])
})

test('starts nothing once the fleet is being stopped', async () => {
  const { dead, begun, look, stop } = watched()
  await stop()
  dead.add('worker-sync')
  await look()
  expect(begun).toEqual([])
})
