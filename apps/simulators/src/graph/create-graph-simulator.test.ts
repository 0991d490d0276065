import { once } from 'node:events'
import { request } from 'node:https'
import { expect, it } from 'vitest'
import { createGraphSimulator } from './create-graph-simulator.ts'

async function get({ url, ca }: { url: string; ca: string }): Promise<number | undefined> {
  const sent = request(url, { ca, agent: false }).end()
  const [response] = await once(sent, 'response')
  response.resume()
  return response.statusCode
}

it('answers at localhost and at 127.0.0.1 to who trusts its authority', async () => {
  await using simulator = await createGraphSimulator()
  const url = await simulator.start()
  expect(await get({ url: `${url}/v1.0/users`, ca: simulator.ca })).toBe(401)
  expect(await get({ url: `${url.replace('localhost', '127.0.0.1')}/simulator/counters`, ca: simulator.ca })).toBe(200)
})

it('is not trusted by anybody else', async () => {
  await using simulator = await createGraphSimulator()
  await using other = await createGraphSimulator()
  const url = await simulator.start()
  await expect(get({ url, ca: other.ca })).rejects.toThrow(/unable to (verify|get)|self.signed|signature/i)
})

it('can go away and come back at the same url with its tenant', async () => {
  await using simulator = await createGraphSimulator()
  const url = await simulator.start()
  simulator.seed({ users: [{ userPrincipalName: 'ann@edu.example' }] })
  await simulator.stop()
  await expect(get({ url, ca: simulator.ca })).rejects.toThrow('ECONNREFUSED')
  expect(await simulator.start()).toBe(url)
  expect(await get({ url: `${url}/simulator/state`, ca: simulator.ca })).toBe(200)
  expect(simulator.state().totals.users).toBe(1)
})

it('says that it has no url before it listens', async () => {
  await using simulator = await createGraphSimulator()
  expect(() => simulator.url).toThrow('The Graph simulator has no url yet: call start() first.')
})
