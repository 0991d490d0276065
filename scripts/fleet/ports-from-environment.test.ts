import { expect, test } from 'vitest'
import { DEFAULT_PORTS, freePorts } from './ports.ts'
import { environmentOfPorts, portsFromEnvironment } from './ports-from-environment.ts'

test('an environment that says nothing has the default ports', () => {
  expect(portsFromEnvironment({})).toEqual(DEFAULT_PORTS)
})

test('free ports can be named to npm start, and are those that it then uses', async () => {
  const ports = await freePorts()
  expect(portsFromEnvironment(environmentOfPorts(ports))).toEqual(ports)
  expect(new Set(Object.values(ports)).size).toBe(Object.keys(DEFAULT_PORTS).length)
})

test('what is no port is refused by its name', () => {
  expect(() => portsFromEnvironment({ WORKER_PORT: '0' })).toThrow('WORKER_PORT must be a port from 1 to 65535; it is "0".')
})
