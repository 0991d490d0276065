// A fleet that cannot start whole says why and ends: nothing of it goes on behind the caller's back, on ports that the next start needs.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentOfPorts, freePorts, REPOSITORY, spawnBound } from '@rollcall/scripts/fleet'
import { expect, test } from 'vitest'

test('npm start ends when one of its ports is taken, names it, and the next start finds the others free', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-start-'))
  const ports = await freePorts()
  const somebody = createServer()
  await new Promise<void>((resolve) => somebody.listen(ports['worker-poll'], '127.0.0.1', resolve))
  try {
    const start = spawnBound({
      command: process.execPath,
      args: ['scripts/start.ts'],
      cwd: REPOSITORY,
      env: { ...process.env, ROLLCALL_DATA_DIR: folder, ...environmentOfPorts(ports) },
      output: 'pipe',
    })
    let said = ''
    start.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    expect(await new Promise((resolve) => start.once('close', resolve))).toBe(1)
    expect(said).toContain(`WORKER_PORT is ${ports['worker-poll']}, and another program listens on 127.0.0.1:${ports['worker-poll']}.`)
    await expect(isFree(ports['registration-service'])).resolves.toBe(true)
    await expect(isFree(ports.api)).resolves.toBe(true)
    await expect(isFree(ports.redis)).resolves.toBe(true)
  } finally {
    somebody.close()
    await rm(folder, { recursive: true, force: true })
  }
})

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
