import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { isGone, processIdentity } from './process-identity.ts'

function partsOf(identity: string): [string, string, string] {
  const [place = '', pid = '', startedAt = ''] = identity.split('.')
  return [place, pid, startedAt]
}

const onLinux = test.skipIf(process.platform !== 'linux')

onLinux('a living process is there, a killed one is gone', async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const identity = processIdentity(child.pid)
  expect(identity).toMatch(/^[\w-]{12}\.\d+\.\d+$/)
  expect(isGone(identity)).toBe(false)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isGone(identity)).toBe(true)
  expect(processIdentity(child.pid)).toBe('unknown')
})

onLinux('a pid that came again is another process', () => {
  const [place, pid, startedAt] = partsOf(processIdentity())
  expect(isGone(`${place}.${pid}.${startedAt}`)).toBe(false)
  expect(isGone(`${place}.${pid}.${Number(startedAt) - 1}`)).toBe(true)
})

onLinux('of another machine, boot or container nothing is known', () => {
  const [, pid, startedAt] = partsOf(processIdentity())
  expect(isGone(`elsewhere123.${pid}.${Number(startedAt) - 1}`)).toBe(false)
})

test.each(['', 'unknown', 'worker-1', '..', 'a.b.c', `${partsOf(processIdentity())[0]}.0.1`, `${partsOf(processIdentity())[0]}.-1.1`])(
  'a name that is none of ours (%s) says nothing of anybody',
  (name) => expect(isGone(name)).toBe(false),
)
