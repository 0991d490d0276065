import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifyError } from './classify-error.ts'
import {
  CodedError,
  defineErrorCodes,
  type ErrorKind,
  LedgerUnavailableError,
  RetryAfterError,
  SystemicError,
  TerminalError,
  TransientError,
} from './errors.ts'

const codes = defineErrorCodes({
  PASSING: { sentence: 'It may pass.', kind: 'transient', httpStatus: 500, runbook: 'Look.' },
  LASTING: { sentence: 'It will not pass.', kind: 'terminal', httpStatus: 500, runbook: 'Look.' },
})

describe('an error word', () => {
  test.each<[CodedError, ErrorKind]>([
    [new TerminalError(codes.PASSING), 'terminal'],
    [new TransientError(codes.LASTING), 'transient'],
    [new SystemicError(codes.PASSING), 'systemic'],
    [new RetryAfterError(codes.PASSING, 17_000), 'throttled'],
    [new CodedError(codes.LASTING), 'terminal'],
    [new LedgerUnavailableError(codes.PASSING), 'transient'],
  ])('%o says by its class what becomes of the run, whatever its code says', (error, kind) => {
    expect(classifyError(error).errorCode).toEqual({ ...error.errorCode, kind })
  })

  test('keeps its sentence, its detail and how long to wait', () => {
    expect(classifyError(new RetryAfterError(codes.PASSING, 17_000, 'Asked for run 81f2.'))).toEqual({
      errorCode: { ...codes.PASSING, kind: 'throttled' },
      message: 'It may pass. Asked for run 81f2.',
      afterMs: 17_000,
    })
  })
})

describe('any other thrown value', () => {
  test('keeps its class, its code and the place it came from', () => {
    const error = Object.assign(new TypeError('Анна Новак is no function'), { code: 'ERR_INVALID_ARG' })
    expect(classifyError(error)).toEqual({
      errorCode: expect.objectContaining({ code: 'UNEXPECTED_ERROR', kind: 'transient' }),
      message: expect.stringMatching(
        /^The worker met an error that has no code of its own\. \(TypeError ERR_INVALID_ARG at classify-error\.test\.ts:\d+\)$/,
      ),
    })
  })

  test('never leaks its message, not even one that looks like a frame of the stack, a name or a code', () => {
    const secret = 'NovakAnna2015'
    const disguises = [
      (message: string) => new Error(message),
      (message: string) => new Error(`first\n    at ${message}:12:34\n    at ${message} (${message}.ts:1:2)`),
      (message: string) => Object.assign(new Error(''), { name: `${message}\n is the name` }),
      (message: string) => Object.assign(new Error('x'), { code: `duplicate key (${message})` }),
      (message: string) => Object.assign(new Error(message), { stack: undefined }),
      (message: string) => new Error('outer', { cause: new Error(message) }),
      (message: string) => new AggregateError([new Error(message)], message),
      (message: string) => message,
      (message: string) => ({ message }),
    ]
    fc.assert(
      fc.property(fc.constantFrom(...disguises), fc.string(), fc.string(), (disguise, before, after) => {
        expect(JSON.stringify(classifyError(disguise(`${before}${secret}${after}`)))).not.toContain(secret)
      }),
    )
  })

  test.each([
    [null, 'object'],
    [undefined, 'undefined'],
    ['words', 'string'],
    [7, 'number'],
  ])('%o is told by its type', (thrown, type) => {
    expect(classifyError(thrown).message).toContain(`(${type})`)
  })
})
