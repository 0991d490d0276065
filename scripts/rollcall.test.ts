import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

function run(args: readonly string[], { cwd, env = {} }: { readonly cwd: string; readonly env?: Record<string, string> }) {
  const child = spawn(process.execPath, [...args], { cwd, env: { PATH: process.env.PATH ?? '', ROLLCALL_DATA_DIR: '/nowhere', ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  return new Promise<{ code: number | null; out: string; err: string }>((done) => child.once('close', (code) => done({ code, out, err })))
}

test('the command line runs from any folder, with the arguments and the exit code that it has', async () => {
  const { code, out } = await run([join(root, 'scripts', 'rollcall.cjs'), 'show', '--help'], { cwd: '/' })
  expect(code).toBe(0)
  expect(out).toMatch(/^Usage: rollcall show \[options\] <uuid>/)
  expect(await run([join(root, 'scripts', 'rollcall.cjs'), 'nonsense'], { cwd: '/' })).toMatchObject({ code: 2, out: '' })
})

test('under npm and pnpm, files that are named are those of the folder in which the caller stands', async () => {
  const env = {
    INIT_CWD: import.meta.dirname,
    npm_lifecycle_event: 'rollcall',
    ROLLCALL_API_URL: 'http://127.0.0.1:9',
    ROLLCALL_API_KEY: 'k',
  }
  const replay = ['replay', '0199a1f4-5c00-7000-8000-00000000a001', '--reason', 'x', '--input', 'package.json', '--yes']
  // Found, it goes on to the API, which is not there.
  expect(await run([join(root, 'scripts', 'rollcall.cjs'), ...replay], { cwd: root, env })).toMatchObject({ code: 3 })
  const input = ['replay', '0199a1f4-5c00-7000-8000-00000000a001', '--reason', 'x', '--input', 'start.ts', '--yes']
  expect((await run([join(root, 'scripts', 'rollcall.cjs'), ...input], { cwd: root, env })).err).toMatch(/^start\.ts holds no JSON object/)
  const elsewhere = { ...env, npm_lifecycle_event: 'test' }
  expect((await run([join(root, 'scripts', 'rollcall.cjs'), ...input], { cwd: root, env: elsewhere })).err).toMatch(
    /cannot be read \(ENOENT\)/,
  )
})
