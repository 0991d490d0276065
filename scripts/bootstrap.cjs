#!/usr/bin/env node
// Behind `npm start`, `npm test` and `npm run demo`: makes a machine that has only some Node and npm ready, then runs the given
// command with Node and pnpm first on PATH. CommonJS without dependencies, because an old Node must be able to read it.
//   1. a Node that is new enough: this one, or one from the npm registry (a plain tarball, no install script)
//   2. the pnpm that package.json pins
//   3. `pnpm install --frozen-lockfile` and the generated Prisma clients, both skipped while nothing they depend on changed
// Everything lands in .cache/ and node_modules/ of this folder; nothing is installed on the machine.
const { spawn, spawnSync } = require('node:child_process')
const crypto = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const { FETCHED_NODE, NODE_SPEC, NODE_VERSION, folderOf, isNewEnough } = require('./toolchain.cjs')

const ROOT = path.resolve(__dirname, '..')
const STAMP = path.join(ROOT, 'node_modules', '.rollcall-ready')
const PNPM = require(path.join(ROOT, 'package.json')).packageManager.split('+')[0]

// npm hands its own settings down as npm_config_*; pnpm must not inherit them, except those that say how to reach the registry.
const REACHES_REGISTRY = /registry|proxy|cafile|userconfig|globalconfig|cache/i

function say(message) {
  console.error(`[setup] ${message}`)
}

function fail(message) {
  say(message)
  process.exit(1)
}

function environmentWith(folders) {
  const env = {}
  for (const [key, value] of Object.entries(process.env)) {
    if (!/^npm_/i.test(key) || REACHES_REGISTRY.test(key)) env[key] = value
  }
  env.PATH = [...folders, process.env.PATH].join(path.delimiter)
  env.TURBO_TELEMETRY_DISABLED = '1'
  env.npm_config_update_notifier = 'false'
  env.pnpm_config_verify_deps_before_run = 'false'
  return env
}

function run(command, args, options) {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options })
  if (result.error) fail(`cannot run ${command}: ${result.error.message}`)
  if (result.status !== 0) fail(`${command} ${args.join(' ')} failed (exit ${result.status}); the reason stands above`)
}

function installFromRegistry(spec) {
  const folder = folderOf(spec)
  const done = path.join(folder, '.done')
  if (fs.existsSync(done)) return folder
  say(`fetching ${spec} from the npm registry`)
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}')
  run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', spec], {
    cwd: folder,
    env: environmentWith([]),
  })
  return folder
}

function markDone(folder) {
  fs.writeFileSync(path.join(folder, '.done'), '')
}

function nodeFolder() {
  if (isNewEnough(process.versions.node)) return path.dirname(process.execPath)
  markDone(installFromRegistry(NODE_SPEC))
  return FETCHED_NODE
}

function pnpmFolder(node) {
  const folder = installFromRegistry(PNPM)
  if (!fs.existsSync(path.join(folder, '.done'))) {
    // The native binary replaces a placeholder without a shebang; npm skipped that step with the other install scripts.
    run(path.join(node, 'node'), ['install.js'], { cwd: path.join(folder, 'node_modules', 'pnpm') })
    markDone(folder)
  }
  return path.join(folder, 'node_modules', '.bin')
}

function fingerprint() {
  const hash = crypto.createHash('sha256').update(NODE_VERSION)
  for (const file of ['.pnpmfile.cjs', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'prisma/schema.prisma', 'scripts/prisma-generate.ts']) {
    hash.update(fs.readFileSync(path.join(ROOT, file)))
  }
  return hash.digest('hex')
}

function prepare(env) {
  if (fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === fingerprint()) return
  say('installing packages')
  run('pnpm', ['install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn'], { env })
  run('pnpm', ['--silent', 'run', 'db:generate'], { env })
  fs.writeFileSync(STAMP, fingerprint())
}

const node = nodeFolder()
const env = environmentWith([node, pnpmFolder(node)])
prepare(env)

const [command, ...args] = process.argv.slice(2)
const child = spawn(command, args, { cwd: ROOT, env, stdio: 'inherit' })
// A terminal sends Ctrl-C to the whole foreground group, so the child has it already; only a SIGTERM sent to us alone is passed on.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
// npm ends at a SIGTERM without handing it down. Whoever started npm wanted all of it to end.
const parent = process.ppid
setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 1_000).unref()
child.on('exit', (code, signal) => process.exit(code === null ? 128 + (signal === 'SIGINT' ? 2 : 15) : code))
