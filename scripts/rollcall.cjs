#!/usr/bin/env node
// The command line, however it is begun: `pnpm rollcall …`, `npm run rollcall -- …`, or this file from anywhere. CommonJS without dependencies,
// because an old Node must be able to read it: where only that is there, the Node that `npm start` fetched is used. What must always hold: it
// installs nothing and fetches nothing, since it also runs where the fleet is in production.
const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const { FETCHED_NODE, NODE_MINIMUM, isNewEnough } = require('./toolchain.cjs')

const MAIN = path.resolve(__dirname, '..', 'apps', 'cli', 'src', 'main.ts')
const PACKAGES = path.resolve(__dirname, '..', 'apps', 'cli', 'node_modules')
/** As the command line means it: it was not used as it can be. */
const EXIT_USAGE = 2

function fail(message) {
  console.error(message)
  process.exit(EXIT_USAGE)
}

/** npm and pnpm run scripts in the repository; files that are named on the command line are the caller's. */
function whereTheCallerStands() {
  const { INIT_CWD, npm_lifecycle_event: script } = process.env
  return script === 'rollcall' && INIT_CWD ? INIT_CWD : process.cwd()
}

function runWith(node) {
  const child = spawn(node, [MAIN, ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both of us; what follows is the command's to say.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(code === null ? 128 + (signal === 'SIGINT' ? 2 : 15) : code))
}

if (!existsSync(PACKAGES)) fail('The packages are not installed: run `npm start` once, or `pnpm install`.')
process.chdir(whereTheCallerStands())
const fetched = path.join(FETCHED_NODE, 'node')
if (isNewEnough(process.versions.node)) import(pathToFileURL(MAIN).href)
else if (existsSync(fetched)) runWith(fetched)
else
  fail(
    `Rollcall needs Node ${NODE_MINIMUM.join('.')} or newer, and this is ${process.version}. \`npm start\` fetches one into this folder.`,
  )
