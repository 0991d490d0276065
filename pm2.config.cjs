// The fleet under PM2: `pnpm pm2 start pm2.config.cjs`. How to run it, with the files it reads: docs/deploy.md.
// Each app reads its settings from two files, what all share and what is its own, so that no process holds a secret it has no use for.
const { existsSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const { parseEnv } = require('node:util')
const node = require('./scripts/node-settings.json')
const { NODE_MINIMUM, isNewEnough } = require('./scripts/toolchain.cjs')

const FOLDER = process.env.ROLLCALL_ENV_DIR || '/etc/rollcall'
/** More than SHUTDOWN_DEADLINE_MS and the closing after it: PM2 must not cut a drain short. */
const STOP_WITHIN_MS = Number(process.env.ROLLCALL_STOP_WITHIN_MS || 30_000)
const READY_WITHIN_MS = 60_000
const PORTS_APART = 100
/** Settings come from the files, and those of the shell that started PM2 stay there: they would go before the files'. Parts of names. */
const NOT_INHERITED = [
  ...['DATABASE_', 'REDIS_', 'GRAPH_', 'CREDENTIAL_', 'USERNAME_', 'ROLLCALL_', 'NODE_EXTRA_CA_CERTS', '_PORT', 'LOG_LEVEL'],
  ...['API_', 'DASHBOARD_', 'WORKER_', 'SHUTDOWN_', 'RECONCILE_', 'CANARY_', 'BACKLOG_', 'NIGHTLY_', '_KEPT_DAYS', 'ALERT', 'SCHEDULES_'],
  ...['REGISTRATION_', 'ORGANIZATION_', 'CRON_'],
]

if (!isNewEnough(process.versions.node)) {
  throw new Error(`Rollcall needs Node ${NODE_MINIMUM.join('.')} or newer; this PM2 runs on ${process.version}.`)
}

/** How many processes of an app: ROLLCALL_WORKER_CREATE_PROCESSES=3 */
function processesOf(app) {
  const count = Number(process.env[`ROLLCALL_${app.toUpperCase().replaceAll('-', '_')}_PROCESSES`] || 1)
  if (!Number.isInteger(count) || count < 0 || count > 50) throw new Error(`${app}: expected 0 to 50 processes.`)
  return count
}

function envFiles(app) {
  return ['common', app].map((name) => join(FOLDER, `${name}.env`)).filter((file) => existsSync(file))
}

/** Node reads this one before it reads any file, so PM2 must hand it over. Everything else stays out of PM2's memory and dumps. */
function trusted(app) {
  const settings = Object.assign({}, ...envFiles(app).map((file) => parseEnv(readFileSync(file, 'utf8'))))
  const { NODE_EXTRA_CA_CERTS } = settings
  return NODE_EXTRA_CA_CERTS ? { NODE_EXTRA_CA_CERTS } : {}
}

function processOf({ app, number, portName, port }) {
  return {
    name: number === 1 ? app : `${app}-${number}`,
    script: join(__dirname, 'apps', app, 'src', 'main.ts'),
    cwd: __dirname,
    interpreter: process.execPath,
    node_args: [...node.flags, ...envFiles(app).map((file) => `--env-file=${file}`)],
    exec_mode: 'fork',
    filter_env: NOT_INHERITED,
    // What was compiled once is kept, so that a process is back sooner; where the folder cannot be written, Node goes without.
    // The first process listens where its file says; those after it beside the standard port.
    env: {
      ...node.env,
      NODE_COMPILE_CACHE: join(__dirname, node.compileCache),
      ...trusted(app),
      ...(number === 1 ? {} : { [portName]: String(port) }),
    },
    wait_ready: true,
    listen_timeout: READY_WITHIN_MS,
    kill_timeout: STOP_WITHIN_MS,
    // A process that ends by itself is started again, the later the oftener it did.
    exp_backoff_restart_delay: 200,
    max_memory_restart: '1G',
    time: false,
    merge_logs: true,
  }
}

function processesFor({ app, portName, port }) {
  return Array.from({ length: processesOf(app) }, (_, index) =>
    processOf({ app, number: index + 1, portName, port: port + index * PORTS_APART }),
  )
}

module.exports = {
  apps: [
    ...processesFor({ app: 'worker-persist', portName: 'WORKER_PORT', port: 5023 }),
    ...processesFor({ app: 'worker-create', portName: 'WORKER_PORT', port: 5021 }),
    ...processesFor({ app: 'worker-poll', portName: 'WORKER_PORT', port: 5022 }),
    ...processesFor({ app: 'worker-sync', portName: 'WORKER_PORT', port: 5024 }),
    ...processesFor({ app: 'api', portName: 'API_PORT', port: 5000 }),
    ...processesFor({ app: 'dashboard', portName: 'DASHBOARD_PORT', port: 5001 }),
    ...processesFor({ app: 'registration-service', portName: 'REGISTRATION_PORT', port: 5003 }),
  ],
}
