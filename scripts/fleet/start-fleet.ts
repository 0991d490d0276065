// The whole fleet on one machine, each app a process of its own: what `npm start`, the demo, the end-to-end tests and the bench stand on.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { deployMigrations } from '@rollcall/database/migrate'
import { type RedisServer, startRedisServer } from '@rollcall/platform/redis-server'
import { type AppProcess, startApp } from './app-process.ts'
import {
  apiSettings,
  dashboardSettings,
  registrationSettings,
  type Settings,
  type SimulatorAddress,
  type Surroundings,
  simulatorSettings,
  WORKERS,
  type WorkerApp,
  workerSettings,
} from './app-settings.ts'
import { embeddedCredentialKeys, embeddedPushSecret, embeddedUsernameKey } from './embedded-secrets.ts'
import { knownServiceKey } from './known-service-key.ts'
import type { Ports } from './ports.ts'
import { createSimulatorClient, type SimulatorClient } from './simulator-client.ts'

export type FleetApp = WorkerApp | 'api' | 'dashboard' | 'registration-service'

export interface FleetOptions {
  /** Where it keeps everything: database, Redis, certificates, logs. */
  readonly folder: string
  readonly ports: Ports
  /** The caller's settings; they win over the embedded ones in every app that knows them. */
  readonly overrides?: Settings
  /** @defaultValue false: most tests have no use for it */
  readonly dashboard?: boolean
  /** The registration service; where the caller names his own, none is started. @defaultValue false */
  readonly registrations?: boolean
  readonly say?: (line: string) => void
}

export interface StartOptions {
  /** @defaultValue the app's own name: it takes that one's place */
  readonly as?: string
  /** Added to what the fleet gives to the app, as it is. */
  readonly env?: Settings
}

export interface Fleet {
  readonly apiUrl: string
  /** Where it is, if it was asked for. */
  readonly dashboardUrl: string
  /** Where the registration service is; null where it was not asked for. */
  readonly registrationsUrl: string | null
  /** The apps that were started with the fleet. */
  readonly started: readonly FleetApp[]
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly logFolder: string
  /** Null where the caller brought a real one. */
  readonly redis: RedisServer | null
  readonly simulator: SimulatorClient | null
  readonly simulatorUrl: string | null
  /** @throws Error where no process has this name */
  readonly app: (name: string) => AppProcess
  /** The environment that an app gets here: what another supervisor needs to run it instead. */
  readonly settingsOf: (name: FleetApp) => Settings
  /** Starts an app again that was stopped or killed. */
  restart(name: FleetApp): Promise<void>
  /** Starts one more process of an app under a name of its own, on a free port, or an app again with settings of its own besides. */
  start(name: FleetApp, options: StartOptions): Promise<AppProcess>
  /** Starts this fleet's Redis again, in the same place, after it was stopped or killed. */
  restartRedis(): Promise<void>
  /** Drains everything, the workers before what they need. Answers whether each app ended cleanly. */
  stop(): Promise<boolean>
}

export async function startFleet({
  folder: given,
  ports,
  overrides = {},
  dashboard = false,
  registrations = false,
  say = () => {},
}: FleetOptions): Promise<Fleet> {
  const folder = resolve(given)
  const logFolder = join(folder, 'logs')
  // The database holds personal data: nobody else on this machine may look into the folder.
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await mkdir(logFolder, { recursive: true })
  const redisFolder = join(folder, 'redis')
  const databaseUrl = overrides.DATABASE_URL ?? `file:${join(folder, 'rollcall.db')}`
  const apps = new Map<string, AppProcess>()
  let redis: RedisServer | null = null

  try {
    say('database')
    await deployMigrations({ url: databaseUrl })
    if (overrides.REDIS_URL === undefined) {
      say('Redis')
      redis = await startRedisServer({ dir: redisFolder, port: ports.redis })
    }
    const simulator = overrides.GRAPH_DOMAIN === undefined ? await startSimulator() : null
    const ownService = overrides.ORGANIZATION_SERVICE_URL !== undefined
    const hasService = registrations && !ownService
    const around: Surroundings = {
      folder,
      ports,
      redisUrl: overrides.REDIS_URL ?? redis?.url ?? '',
      databaseUrl,
      credentialKeys: overrides.CREDENTIAL_KEYS ?? (await embeddedCredentialKeys(join(folder, 'credential.key'))),
      usernameKey: overrides.USERNAME_KEY ?? (await embeddedUsernameKey(join(folder, 'username.key'))),
      registrationPushSecret: overrides.REGISTRATION_PUSH_SECRET ?? (await embeddedPushSecret(join(folder, 'push.secret'))),
      registrationApiKey:
        overrides.REGISTRATION_API_KEY ?? (hasService ? await knownServiceKey({ databaseUrl, file: join(folder, 'service.key') }) : ''),
      simulator,
      overrides,
    }
    const settingsOf = (name: FleetApp) => settingsIn(around, name)
    const start = async (name: FleetApp, { as = name, env = {} }: StartOptions = {}) => {
      const ownPort: Settings = as === name ? {} : { API_PORT: '0', WORKER_PORT: '0', DASHBOARD_PORT: '0', REGISTRATION_PORT: '0' }
      const app = await startApp({ name: as, app: name, env: { ...settingsOf(name), ...ownPort, ...env }, logFolder })
      apps.set(as, app)
      return app
    }
    const started: readonly FleetApp[] = [
      ...WORKERS,
      'api',
      ...(dashboard ? ['dashboard' as const] : []),
      ...(hasService ? ['registration-service' as const] : []),
    ]
    say(dashboard ? 'API, dashboard and workers' : 'API and workers')
    await allStarted(started.map((name) => start(name)))

    return {
      apiUrl: `http://127.0.0.1:${ports.api}`,
      dashboardUrl: `http://127.0.0.1:${ports.dashboard}`,
      registrationsUrl: hasService ? `http://127.0.0.1:${ports['registration-service']}` : null,
      started,
      databaseUrl,
      redisUrl: around.redisUrl,
      logFolder,
      get redis() {
        return redis
      },
      simulator: simulator && (await createSimulatorClient(simulator)),
      simulatorUrl: simulator?.url ?? null,
      app(name) {
        const app = apps.get(name)
        if (!app) throw new Error(`The fleet has no ${name}.`)
        return app
      },
      settingsOf,
      restart: async (name) => void (await start(name)),
      start,
      async restartRedis() {
        redis = await startRedisServer({ dir: redisFolder, port: ports.redis })
      },
      stop: () => stopAll({ apps, redis: () => redis }),
    }
  } catch (error) {
    await stopAll({ apps, redis: () => redis })
    throw error
  }

  async function startSimulator(): Promise<SimulatorAddress> {
    say('Graph simulator')
    const env = simulatorSettings({ folder, ports, overrides })
    apps.set('simulator', await startApp({ name: 'simulator', app: 'simulators', env, logFolder }))
    const certificates = join(folder, 'simulators')
    const caFile = await trustedAuthorities({ certificates, callersFile: overrides.NODE_EXTRA_CA_CERTS })
    return { url: `https://localhost:${ports.simulator}`, caFile }
  }
}

/** Whatever fails, nothing goes on starting behind our back: what is stopped then is all that there is. @throws what the first that failed threw */
async function allStarted(starts: readonly Promise<AppProcess>[]): Promise<void> {
  const failed = (await Promise.allSettled(starts)).find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}

function settingsIn(around: Surroundings, name: FleetApp): Settings {
  if (name === 'api') return apiSettings(around)
  if (name === 'registration-service') return registrationSettings(around)
  return name === 'dashboard' ? dashboardSettings(around) : workerSettings(name, around)
}

/** Node reads one file only, and the caller may have named his own: in many offices it stands in every environment. */
async function trustedAuthorities({
  certificates,
  callersFile,
}: {
  readonly certificates: string
  readonly callersFile: string | undefined
}): Promise<string> {
  const simulators = join(certificates, 'ca.pem')
  if (callersFile === undefined) return simulators
  const file = join(certificates, 'trusted.pem')
  await writeFile(file, `${await readFile(simulators, 'utf8')}\n${await readFile(callersFile, 'utf8')}`)
  return file
}

async function stopAll({ apps, redis }: { apps: ReadonlyMap<string, AppProcess>; redis: () => RedisServer | null }): Promise<boolean> {
  const stopThose = (isOne: (app: AppProcess) => boolean) =>
    Promise.all([...apps.values()].filter((app) => app.isRunning() && isOne(app)).map((app) => app.stop()))
  // First whoever takes in work, then whoever does it, then what they need to do it.
  const isWorker = ({ app }: AppProcess) => WORKERS.some((worker) => worker === app)
  const takesIn = ({ app }: AppProcess) => app === 'api' || app === 'dashboard'
  const isService = ({ app }: AppProcess) => app === 'registration-service'
  const codes = [...(await stopThose(takesIn)), ...(await stopThose(isWorker)), ...(await stopThose(isService))]
  await stopThose(({ app }) => app === 'simulators')
  await redis()?.stop()
  return codes.every((code) => code === 0)
}
