import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { type SlowSendersOptions, slowSenders } from './slow-senders.ts'

const SHORT_MS = 50
const PATIENT_MS = 15_000

let app: FastifyInstance
beforeEach(async () => {
  app = await startServer({ timeoutMs: SHORT_MS, restMs: SHORT_MS })
})
afterEach(() => app.close())

async function startServer(limits: SlowSendersOptions): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true })
  await app.register(slowSenders, limits)
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization === undefined) return reply.code(401).send('no key')
  })
  const answer = async (request: { readonly body?: unknown }) => `got ${JSON.stringify(request.body ?? null)}`
  app.post('/short', answer)
  app.post('/long', { config: { bodyTimeoutMs: 100_000 } }, answer)
  app.post('/early', { preParsing: async (_request, reply) => reply.send('enough') }, answer)
  app.get('/short', async () => 'got nothing')
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

/** Sends a head, and the rest of the body when the server has done something or `after` has come to pass. */
async function send({
  head,
  rest,
  after,
}: {
  readonly head: readonly string[]
  readonly rest?: string
  readonly after?: Promise<unknown>
}) {
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(text)))
  socket.on('error', () => {})
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  if (after) {
    await after
    socket.write(rest ?? '')
  }
  return closed
}

const key = 'Authorization: Bearer x'
const json = ['Host: x', 'Content-Type: application/json', 'Content-Length: 7', 'Connection: close']

it('a body that does not come in time is answered 408, and the connection closed', async () => {
  expect(await send({ head: ['POST /short HTTP/1.1', key, ...json] })).toMatch(/^HTTP\/1\.1 408 .*"status":408/s)
})

it('whoever has shown no key is held to the short time, wherever the body goes', async () => {
  const answer = await send({ head: ['POST /long HTTP/1.1', 'Host: x', 'Content-Length: 7'] })
  expect(answer).toMatch(/^HTTP\/1\.1 401/)
})

it('whoever is answered before the body has come is told nothing more, and the connection is closed', async () => {
  const answer = await send({ head: ['POST /early HTTP/1.1', key, 'Host: x', 'Content-Length: 7'] })
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
})

it.each(['close', 'keep-alive'])('a sender that is answered early sees why, although it is still sending (%s)', async (connection) => {
  // A busy machine takes its time to send megabytes.
  const patient = await startServer({ timeoutMs: PATIENT_MS, restMs: PATIENT_MS })
  onTestFinished(() => patient.close())
  const { port } = patient.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  const events: string[] = []
  socket.on('error', ({ message }) => events.push(message))
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.on('data', (chunk) => events.push(String(chunk).slice(0, 12)))
  const megabyte = Buffer.alloc(1_048_576, 'x')
  const head = ['POST /early HTTP/1.1', key, 'Host: x', `Content-Length: ${megabyte.length * 8}`, `Connection: ${connection}`]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  for (let sent = 0; sent < 8; sent += 1) await new Promise((resolve) => socket.write(megabyte, resolve))
  // Whoever keeps the connection goes on with it.
  if (connection === 'keep-alive') socket.write(`GET /short HTTP/1.1\r\n${key}\r\nHost: x\r\nConnection: close\r\n\r\n`)
  await closed
  expect(events).toEqual(['HTTP/1.1 200', ...(connection === 'keep-alive' ? ['HTTP/1.1 200'] : [])])
})

it('an upload has a time of its own once the key was judged', async () => {
  const shortOne = send({ head: ['POST /short HTTP/1.1', key, ...json] })
  const answer = await send({ head: ['POST /long HTTP/1.1', key, ...json], rest: '{"a":1}', after: shortOne })
  expect(answer).toMatch(/^HTTP\/1\.1 200 .*got \{"a":1\}/s)
})

it('a request without a body is never late', async () => {
  expect(await send({ head: ['GET /short HTTP/1.1', key, 'Host: x', 'Connection: close'] })).toMatch(/^HTTP\/1\.1 200 .*got nothing/s)
})
