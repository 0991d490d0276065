import { expect, test } from 'vitest'
import { createTestCli } from './test-support/create-test-cli.ts'

const ACCESS = { ROLLCALL_API_URL: 'http://hostile.test', ROLLCALL_API_KEY: 'rk_o_secret' }

test('a refusal of a server that means harm is one line, and acts on no terminal', async () => {
  const problem = { type: 'x', title: 'No.', status: 409, detail: 'a\u001b]0;owned\u0007\nrollcall: all is well', code: 'X\u001b[2J\nFAKE' }
  const fetch = async () => new Response(JSON.stringify(problem), { status: 409, headers: { 'content-type': 'application/problem+json' } })
  const { code, err } = await createTestCli({ env: ACCESS, fetch })('resume', '--reason', 'x')
  expect(code).toBe(1)
  expect(err).toBe('No. a ]0;owned rollcall: all is well (X [2J FAKE)')
})

test('an address that holds a password is refused without being quoted', async () => {
  const env = { ...ACCESS, ROLLCALL_API_URL: 'http://ana:geheim@hostile.test' }
  const { code, err } = await createTestCli({ env })('status')
  expect(code).toBe(2)
  expect(err).toContain('ROLLCALL_API_URL: must not hold a user or a password')
  expect(err).not.toContain('geheim')
})

test('no key is ever part of what is said', async () => {
  const fetch = async () => {
    throw new TypeError('fetch failed')
  }
  for (const command of [['status'], ['doctor', '--json'], ['list'], ['show', '0199a1f4-5c00-7000-8000-00000000a001']]) {
    const { out, err } = await createTestCli({ env: ACCESS, fetch })(...command)
    expect(out + err, command.join(' ')).not.toContain('rk_o_secret')
  }
})
