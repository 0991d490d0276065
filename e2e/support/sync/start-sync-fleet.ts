// A fleet with its registration service, whose faults tests may switch, and whose clock starts no job: tests trigger what they want to see.
import type { Settings } from '@rollcall/scripts/fleet'
import type { ApiAnswer, ApiCaller } from '../call-api.ts'
import { startTestFleet, type TestFleet } from '../start-test-fleet.ts'
import { waitUntil } from '../wait-until.ts'

export const JOBS = ['userRegistrationNumberSync', 'userStatusSync', 'healthCheck', 'accountCleanup'] as const
export type Job = (typeof JOBS)[number]

const ENDED = ['succeeded', 'partial', 'failed', 'cancelled']

/** A run of a job as `GET /api/cron/runs/:uuid` shows it, as far as tests look at it. */
export interface JobRun {
  readonly uuid: string
  readonly job: string
  readonly stands: string
  readonly state: string
  readonly dryRun: boolean
  readonly batches: number | null
  readonly counters: Readonly<Record<string, number>> | null
  readonly overruns: readonly { readonly direction: string; readonly changes: number; readonly limit: number }[]
  readonly paused: { readonly code: string } | null
  readonly errorCode: string | null
}

export interface Account {
  readonly userId: string
  readonly accountStatus: string
  readonly statusSource: string
  readonly statusReason: string
  readonly statusVersion: number
  readonly registrationNumber: string | null
  readonly lastSyncAt: string | null
  readonly sessionsValidFrom: string | null
}

/** A registration as the service shows it, as far as tests look at it. */
export interface Registration {
  readonly registrationId: string
  readonly userId: string
  readonly status: string
  readonly version: number
}

export interface SyncFleet extends TestFleet {
  /** The registration service, asked with an admin's key. */
  readonly service: ApiCaller
  /** What is not named goes back to its default: `{}` mends everything. */
  setFaults(faults: Readonly<Record<string, unknown>>): Promise<void>
  addAccount(account: { readonly userId: string; readonly registrationNumber?: string; readonly azureId?: string }): Promise<void>
  register(registration: { readonly userId: string; readonly status: string; readonly registrationNumber?: string }): Promise<Registration>
  /** Answers the registration as it stands then. */
  decideOn(registration: Pick<Registration, 'registrationId' | 'version'>, status: string): Promise<Registration>
  account(userId: string): Promise<Account>
  untilAccount(userId: string, expected: Partial<Account>, withinMs?: number): Promise<Account>
  /** Starts a job as an admin, and answers its run. */
  trigger(job: Job, body?: Readonly<Record<string, unknown>>): Promise<string>
  run(uuid: string): Promise<JobRun>
  untilRun(uuid: string, stands: string, withinMs?: number): Promise<JobRun>
  untilRunEnded(uuid: string, withinMs?: number): Promise<JobRun>
}

export async function startSyncFleet(overrides: Settings = {}): Promise<SyncFleet> {
  const fleet = await startTestFleet({ REGISTRATION_FAULTS: 'true', SCHEDULES_EVERY_MS: '500', ...overrides }, { registrations: true })
  const { admin, registrationsUrl } = fleet
  if (registrationsUrl === null) throw new Error('The registration service was not started.')
  const service = admin.at(registrationsUrl)

  async function run(uuid: string): Promise<JobRun> {
    return expectStatus(200, await admin.get(`/api/cron/runs/${uuid}`)) as unknown as JobRun
  }

  async function untilSome(uuid: string, isSo: (run: JobRun) => boolean, what: string, withinMs: number): Promise<JobRun> {
    let last = await run(uuid)
    const look = async () => {
      last = await run(uuid)
      return isSo(last)
    }
    await waitUntil(`run ${uuid} ${what}`, look, { withinMs }).catch((error: Error) => {
      throw new Error(`${error.message} It stands in ${last.state} (${last.stands}).`)
    })
    return last
  }

  async function account(userId: string): Promise<Account> {
    const body = expectStatus(200, await admin.get(`/organisation-accounts/${encodeURIComponent(userId)}`))
    return body.account as Account
  }

  const added: Omit<SyncFleet, keyof TestFleet> = {
    service,
    run,
    account,
    async setFaults(faults) {
      expectStatus(200, await service.put('/faults', faults))
    },
    async addAccount(given) {
      expectStatus(201, await admin.post('/organisation-accounts', given))
    },
    async register({ userId, ...given }) {
      const body = { userId, organizationName: `Organisation ${userId}`, ...given }
      return expectStatus(201, await service.post('/api/registrations', body)).data as Registration
    },
    async decideOn({ registrationId, version }, status) {
      return expectStatus(200, await service.patch(`/api/registrations/${registrationId}`, { status, version })).data as Registration
    },
    async untilAccount(userId, expected, withinMs = 60_000) {
      let last = await account(userId)
      const look = async () => {
        last = await account(userId)
        return Object.entries(expected).every(([name, value]) => last[name as keyof Account] === value)
      }
      await waitUntil(`${userId} is ${JSON.stringify(expected)}`, look, { withinMs }).catch((error: Error) => {
        throw new Error(`${error.message} It is ${JSON.stringify(last)}.`)
      })
      return last
    },
    async trigger(job, body = {}) {
      return expectStatus(202, await admin.post(`/api/cron/${job}/trigger`, body)).uuid as string
    },
    untilRun: (uuid, stands, withinMs = 90_000) => untilSome(uuid, (one) => one.stands === stands, `is ${stands}`, withinMs),
    untilRunEnded: (uuid, withinMs = 120_000) => untilSome(uuid, ({ stands }) => ENDED.includes(stands), 'has ended', withinMs),
  }
  await waitUntil('the schedules are set up', async () => (await admin.get('/api/cron/accountCleanup/config')).status === 200)
  for (const job of JOBS) expectStatus(200, await admin.patch(`/api/cron/${job}/disable`, { reason: 'Tests start it themselves.' }))
  return Object.defineProperties(Object.create(fleet) as SyncFleet, Object.getOwnPropertyDescriptors(added))
}

function expectStatus(status: number, answer: ApiAnswer): ApiAnswer['body'] {
  if (answer.status !== status) throw new Error(`Expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.body
}
