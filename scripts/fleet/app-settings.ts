// The environment of each app in an embedded fleet: the same settings that production sets, filled in from what was started here.
// What the caller's own environment says wins, so that `DATABASE_URL=… npm start` runs the same fleet on SQL Server.
import { join } from 'node:path'
import { SIMULATED_CLIENT_ID, SIMULATED_CLIENT_SECRET, SIMULATED_DOMAIN, SIMULATED_TENANT_ID } from '@rollcall/simulators'
import { APP_SCHEMAS, type AppWithSettings } from './app-schemas.ts'
import type { Ports } from './ports.ts'

export type Settings = Readonly<Record<string, string>>
export const WORKERS = ['worker-create', 'worker-poll', 'worker-persist', 'worker-sync'] as const
export type WorkerApp = (typeof WORKERS)[number]

export interface SimulatorAddress {
  readonly url: string
  /** The authority that signed the simulator's certificate, and those that the caller trusts besides. */
  readonly caFile: string
}

export interface Surroundings {
  readonly folder: string
  readonly ports: Ports
  readonly redisUrl: string
  readonly databaseUrl: string
  readonly credentialKeys: string
  readonly usernameKey: string
  /** Signs what the registration service pushes to the API. */
  readonly registrationPushSecret: string
  /** With which worker-sync asks the registration service; empty where there is none to ask. */
  readonly registrationApiKey: string
  /** Null where a real tenant is configured. */
  readonly simulator: SimulatorAddress | null
  /** The caller's settings, e.g. LOG_LEVEL or GRAPH_TENANT_ID. */
  readonly overrides: Settings
}

// The simulated tenant; none of it opens anything but the simulator.
const SIMULATED = {
  GRAPH_TENANT_ID: SIMULATED_TENANT_ID,
  GRAPH_CLIENT_ID: SIMULATED_CLIENT_ID,
  GRAPH_CLIENT_SECRET: SIMULATED_CLIENT_SECRET,
  GRAPH_DOMAIN: SIMULATED_DOMAIN,
}

/** Node itself reads this one; only apps that talk to Graph need to trust more authorities than Node does. */
const TRUST = 'NODE_EXTRA_CA_CERTS'
const GRAPH_APPS: readonly AppWithSettings[] = ['worker-create', 'worker-poll']

/** An app gets those of the caller's settings that it reads: no process holds a secret that it has no use for. Ports are the fleet's to give. */
function ownOf(app: AppWithSettings, { overrides }: Pick<Surroundings, 'overrides'>): Settings {
  const { shape } = APP_SCHEMAS[app]
  const isOwn = (name: string) =>
    (name.replace(/_FILE$/, '') in shape && !name.endsWith('_PORT')) || (name === TRUST && GRAPH_APPS.includes(app))
  return Object.fromEntries(Object.entries(overrides).filter(([name]) => isOwn(name)))
}

export function simulatorSettings({ folder, ports, overrides }: Pick<Surroundings, 'folder' | 'ports' | 'overrides'>): Settings {
  return {
    SIMULATOR_GRAPH_PORT: String(ports.simulator),
    SIMULATOR_CERT_DIR: join(folder, 'simulators'),
    SIMULATOR_STATE_FILE: join(folder, 'simulators', 'tenant.json'),
    SIMULATOR_LAG_MIN_MS: '100',
    SIMULATOR_LAG_MAX_MS: '1500',
    ...ownOf('simulators', { overrides }),
  }
}

export function apiSettings(around: Surroundings): Settings {
  return {
    ...common(around),
    API_PORT: String(around.ports.api),
    CREDENTIAL_KEYS: around.credentialKeys,
    REGISTRATION_PUSH_SECRET: around.registrationPushSecret,
    ...ownOf('api', around),
  }
}

export function dashboardSettings(around: Surroundings): Settings {
  return { ...common(around), DASHBOARD_PORT: String(around.ports.dashboard), ...ownOf('dashboard', around) }
}

export function registrationSettings(around: Surroundings): Settings {
  return {
    DATABASE_URL: around.databaseUrl,
    REGISTRATION_PORT: String(around.ports['registration-service']),
    REGISTRATION_PUSH_URL: `http://127.0.0.1:${around.ports.api}/api/registrations/events`,
    REGISTRATION_PUSH_SECRET: around.registrationPushSecret,
    ...ownOf('registration-service', around),
  }
}

export function workerSettings(worker: WorkerApp, around: Surroundings): Settings {
  return {
    ...common(around),
    WORKER_PORT: String(around.ports[worker]),
    ...(worker === 'worker-create' || worker === 'worker-persist' ? { CREDENTIAL_KEYS: around.credentialKeys } : {}),
    ...(worker === 'worker-persist' ? { USERNAME_KEY: around.usernameKey } : {}),
    ...(worker === 'worker-sync' ? registrationsOf(around) : {}),
    ...(worker === 'worker-create' || worker === 'worker-poll' ? graphSettings(around) : {}),
    ...ownOf(worker, around),
    ...trusted(around),
  }
}

function registrationsOf({ ports, registrationApiKey }: Surroundings): Settings {
  return { ORGANIZATION_SERVICE_URL: `http://127.0.0.1:${ports['registration-service']}`, REGISTRATION_API_KEY: registrationApiKey }
}

/** The caller's own authorities are in the simulator's file, too: whatever he trusts, the fleet must trust the simulator. */
function trusted({ simulator }: Surroundings): Settings {
  return simulator ? { NODE_EXTRA_CA_CERTS: simulator.caFile } : {}
}

function common({ databaseUrl, redisUrl }: Surroundings): Settings {
  return { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }
}

function graphSettings({ simulator }: Surroundings): Settings {
  if (!simulator) return {}
  return {
    ...SIMULATED,
    GRAPH_BASE_URL: simulator.url,
    GRAPH_AUTHORITY_HOST: simulator.url,
  }
}
