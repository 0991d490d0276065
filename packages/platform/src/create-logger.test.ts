import { engineErrors, TerminalError } from '@rollcall/engine'
import { expect, test } from 'vitest'
import { createLogger } from './create-logger.ts'

function capture(level = 'info') {
  const lines: string[] = []
  const logger = createLogger({ app: 'worker-create', instance: 'a1', level, destination: { write: (line) => void lines.push(line) } })
  return { logger, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') }
}

test('writes one line of JSON with the app, the instance, the level as a word and the time', () => {
  const { logger, lines, last } = capture()
  logger.info({ runUuid: 'r-1' }, 'run advanced')
  expect(lines).toHaveLength(1)
  expect(last()).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    app: 'worker-create',
    instance: 'a1',
    runUuid: 'r-1',
    msg: 'run advanced',
  })
})

test.each([
  ...['password', 'initialPassword', 'authorization', 'x-api-key', 'cookie', 'token', 'client_secret'],
  ...['REGISTRATION_API_KEY', 'REGISTRATION_PUSH_SECRET', 'ALERT_WEBHOOK_SECRET', 'ALERT_WEBHOOK_URL', 'ALERT_HEARTBEAT_URL'],
])('redacts %s wherever it stands', (key) => {
  const { logger, lines } = capture()
  logger.info({ [key]: 'hunter2', a: { [key]: 'hunter2', b: { [key]: 'hunter2', c: { [key]: 'hunter2' } } } }, 'seen')
  expect(lines[0]).not.toContain('hunter2')
  expect(lines[0]?.match(/\[redacted\]/g)).toHaveLength(4)
})

test('redacts what a child logger is bound to, what stands in a list and what an error carries, and leaves what it was given as it is', () => {
  const { logger, lines, last } = capture()
  const fields = {
    sent: [{ password: 'hunter2', name: 'left' }],
    none: undefined,
    err: Object.assign(new Error('x'), { token: 'hunter2' }),
  }
  logger
    .child({ apiKey: 'hunter2' })
    .child({ bound: { cookie: 'hunter2' } })
    .info(fields, 'seen')
  expect(lines[0]).not.toContain('hunter2')
  expect(last()).toMatchObject({ apiKey: '[redacted]', bound: { cookie: '[redacted]' }, sent: [{ password: '[redacted]', name: 'left' }] })
  expect(fields.sent).toEqual([{ password: 'hunter2', name: 'left' }])
})

const carrying = (fields: object) => Object.assign(new Error('Anna Novak'), fields)
class Person {
  readonly password = 'hunter2'
  readonly firstName = 'Anna Novak'
  toJSON() {
    return { id: 'p-1', asked: { token: 'hunter2' } }
  }
}
const circular: Record<string, unknown> = { token: 'hunter2' }
circular.itself = circular

test.each([
  ['an error under any name', { failure: carrying({ response: { headers: { authorization: 'hunter2' } } }) }],
  ['an error further down', { job: { err: carrying({ token: 'hunter2' }) } }],
  ['an error in a list', { errors: [carrying({ request: { body: 'hunter2' } })] }],
  ['an error in its own place', { err: carrying({ token: 'hunter2' }) }],
  ['an object that has a form of its own', { person: new Person() }],
  ['an object that holds itself', { a: circular }],
  ['an object deeper than a line shows', { a: { b: { c: { d: { password: 'hunter2' } } } } }],
  ['bytes', { body: Buffer.from('hunter2') }],
  ['settings', { env: { USERNAME_KEY: 'hunter2', GRAPH_CLIENT_SECRET: 'hunter2' } }],
])('shows no secret and nobody of %s', (_what, fields) => {
  const { logger, lines } = capture()
  logger.info(fields, 'seen')
  logger.child(fields).info('seen')
  logger.info('seen %o %s', fields, carrying({}))
  const bytes = [...Buffer.from('hunter2')].join()
  expect(lines.filter((line) => line.includes('hunter2') || line.includes('Novak') || line.includes(bytes))).toEqual([])
})

test('a logger that is bound anew shows no secret either', () => {
  const { logger, lines } = capture()
  const child = logger.child({})
  child.setBindings({ password: 'hunter2' })
  child.info('seen')
  expect(lines[0]).not.toContain('hunter2')
})

test('something else in the place of an error is not shown', () => {
  const { logger, lines } = capture()
  logger.info({ err: { message: 'hunter2' }, reason: { body: 'hunter2' } }, 'seen')
  expect(lines[0]).not.toContain('hunter2')
})

test('what cannot be read fails nobody who logs it', () => {
  const { logger, last } = capture()
  const unreadable = {
    get name(): string {
      throw new Error('Anna Novak')
    },
  }
  logger.info({ one: unreadable, at: new Date(0) }, 'seen')
  expect(last()).toMatchObject({ one: '[unreadable]', at: '1970-01-01T00:00:00.000Z', msg: 'seen' })
})

test('keeps the name, code and frames of an error, but not its message, which may quote personal data', () => {
  const { logger, lines, last } = capture()
  const error = Object.assign(new TypeError('Anna Novak is no number\n    at Novak'), { code: 'ERR_INVALID_ARG' })
  logger.error({ err: error }, 'handler failed')
  expect(lines[0]).not.toContain('Novak')
  expect(last()).toMatchObject({
    msg: 'handler failed',
    err: { name: 'TypeError', code: 'ERR_INVALID_ARG', stack: expect.stringMatching(/^at .*create-logger\.test/) },
  })
})

test('keeps the message of an error of ours, and hides that of its cause', () => {
  const { logger, lines, last } = capture()
  logger.error({ err: new TerminalError(engineErrors.RUN_CHANGED, 'It is run 81f2.', { cause: new Error('Anna Novak') }) }, 'refused')
  expect(lines[0]).not.toContain('Novak')
  expect(last()).toMatchObject({
    err: { name: 'TerminalError', code: 'RUN_CHANGED', message: 'The run changed while the request was made; look again. It is run 81f2.' },
  })
  expect(last().err).toHaveProperty('cause.name', 'Error')
})

test('makes a message of its own for an error that is logged without one', () => {
  const { logger, lines } = capture()
  logger.error(new Error('Anna Novak'))
  logger.error({ err: Object.assign(new Error('Anna Novak'), { code: 'ECONNRESET' }) })
  logger.error(new Error('Anna Novak'), 'with words')
  expect(lines.join()).not.toContain('Novak')
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['Error', 'Error ECONNRESET', 'with words'])
})

test('does not take data for a code', () => {
  const { logger, lines } = capture()
  logger.error({ err: Object.assign(new Error('x'), { code: 'Anna Novak' }) }, 'failed')
  expect(lines[0]).not.toContain('Novak')
})
