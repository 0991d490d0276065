// A registration is decided on, and the account follows: by a push within seconds, by the next sync where the push got lost, and never against a
// person's word or beyond what a run may change without one.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Registration, type SyncFleet, startSyncFleet } from './support/sync/start-sync-fleet.ts'
import { waitUntil } from './support/wait-until.ts'

/** One more than a run may change in one direction without an approval. */
const BEYOND_LIMIT = 21

let fleet: SyncFleet
beforeAll(async () => {
  fleet = await startSyncFleet({ ALERTS_EVERY_MS: '500' })
})
afterAll(() => fleet.end())
beforeEach(() => fleet.setFaults({}))

/** Whatever is pushed from now on gets lost on its way. */
async function losingPushes(change: () => Promise<unknown>): Promise<void> {
  await fleet.setFaults({ dropPushes: true })
  await change()
  const pending = () => fleet.database.prisma.registrationEvent.count({ where: { nextTryAt: { not: null } } })
  await waitUntil('the pushes are lost', async () => (await pending()) === 0)
  await fleet.setFaults({})
}

/** An organisation whose registration is approved, and whose account is active. */
async function organisation(userId: string, azureId?: string): Promise<Registration> {
  const registrationNumber = `ETH-2024-${userId}`
  await fleet.addAccount({ userId, ...(azureId === undefined ? {} : { azureId }) })
  const registration = await fleet.register({ userId, status: 'approved', registrationNumber })
  await fleet.untilAccount(userId, { accountStatus: 'active', registrationNumber })
  return registration
}

async function sync(body: Readonly<Record<string, unknown>> = {}) {
  return fleet.untilRunEnded(await fleet.trigger('userStatusSync', body))
}

async function auditOf(userId: string) {
  const rows = await fleet.database.prisma.auditLog.findMany({
    where: { action: 'USER_STATUS_SYNC', targetId: userId },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ actor, details }) => ({ actor, ...(JSON.parse(details) as { newStatus: string; syncType: string }) }))
}

describe('an account follows its registration', () => {
  test('within seconds of the push, with the number that it was given', async () => {
    await fleet.addAccount({ userId: 'pushed' })
    const draft = await fleet.register({ userId: 'pushed', status: 'submitted', registrationNumber: 'ETH-2024-00017' })
    await fleet.decideOn(draft, 'approved')
    const account = await fleet.untilAccount('pushed', { accountStatus: 'active' }, 30_000)
    expect(account).toMatchObject({ registrationNumber: 'ETH-2024-00017', statusSource: 'realtime', statusReason: 'MAP_APPROVED' })
    const pushes = await fleet.database.prisma.run.count({ where: { process: 'registration-change', status: 'completed' } })
    expect(pushes).toBeGreaterThanOrEqual(1)
  })

  test('with the next sync where the push got lost, and that it was the sync is counted', async () => {
    const registration = await organisation('unpushed')
    await losingPushes(() => fleet.decideOn(registration, 'under_review'))
    expect(await fleet.account('unpushed')).toMatchObject({ accountStatus: 'active' })

    expect(await sync()).toMatchObject({ stands: 'succeeded', counters: { toChange: 1, applied: 1 } })
    expect(await fleet.account('unpushed')).toMatchObject({ accountStatus: 'pending_registration', statusSource: 'registration_sync' })
    expect((await auditOf('unpushed')).at(-1)).toMatchObject({ newStatus: 'pending_registration', syncType: 'automated' })
    const metrics = await fetch(`http://127.0.0.1:${fleet.settingsOf('worker-persist').WORKER_PORT}/metrics`)
    expect(await metrics.text()).toMatch(/rollcall_account_status_changes_total\{[^}]*source="registration_sync"[^}]*\} [1-9]/)
  })

  test('where it has a registration of which nobody has told, found by the user’s id', async () => {
    await fleet.addAccount({ userId: 'late-number' })
    await losingPushes(() => fleet.register({ userId: 'late-number', status: 'certified', registrationNumber: 'ETH-2024-late' }))
    const run = await fleet.untilRunEnded(await fleet.trigger('userRegistrationNumberSync'))
    expect(run).toMatchObject({ stands: 'succeeded' })
    expect(await fleet.account('late-number')).toMatchObject({ accountStatus: 'active', registrationNumber: 'ETH-2024-late' })
  })

  test('and a sync that finds nothing new changes nothing, and says when it looked', async () => {
    await organisation('unchanged')
    const before = await fleet.account('unchanged')
    expect(await sync()).toMatchObject({ stands: 'succeeded', counters: { toChange: 0, applied: 0 } })
    const after = await fleet.account('unchanged')
    expect(after.lastSyncAt).not.toBe(before.lastSyncAt)
    expect(after).toEqual({ ...before, lastSyncAt: after.lastSyncAt })
  })

  test('but not to a status that nobody knows', async () => {
    const registration = await organisation('archived')
    await losingPushes(() => fleet.decideOn(registration, 'archived'))
    expect(await sync()).toMatchObject({ stands: 'succeeded', counters: { skippedUnknown: 1, applied: 0 } })
    expect(await fleet.account('archived')).toMatchObject({ accountStatus: 'active' })
    await fleet.decideOn({ ...registration, version: registration.version + 1 }, 'approved')
  })
})

describe('a suspension', () => {
  const revocations = async () => {
    const { byRoute } = await fleet.simulatorLevers.get<{ byRoute: Readonly<Record<string, number>> }>('/counters')
    return Object.entries(byRoute).reduce((sum, [route, count]) => (route.includes('revokeSignInSessions') ? sum + count : sum), 0)
  }

  test('ends the user’s sessions in the directory', async () => {
    const name = 'suspended@rollcall.example'
    const { users } = await fleet.simulatorLevers.post<{ users: Readonly<Record<string, string>> }>('/seed', {
      users: [{ userPrincipalName: name }],
    })
    const registration = await organisation('suspended', users[name])
    const before = await revocations()
    await fleet.decideOn(registration, 'rejected')
    const account = await fleet.untilAccount('suspended', { accountStatus: 'suspended' })
    expect(account.sessionsValidFrom).not.toBeNull()
    await waitUntil('the sessions are revoked', async () => (await revocations()) === before + 1)
    const revoked = await fleet.database.prisma.run.count({ where: { process: 'session-revocation' } })
    expect(revoked).toBe(1)
  })

  test('by a person stands against every registration until a person lifts it', async () => {
    const registration = await organisation('fraud')
    const order = (status: string) => ({ status, source: 'security', reason: 'Somebody else used it.' })
    const handBack = { status: 'pending_registration', source: 'admin', lifts: 'security', reason: 'He was who he said.' }
    expect((await fleet.admin.post('/organisation-accounts/fraud/status', order('suspended'))).status).toBe(200)
    const certified = await fleet.decideOn(registration, 'certified')
    await losingPushes(() => fleet.decideOn(certified, 'approved'))
    expect((await sync()).counters?.skippedManual).toBe(1)
    expect(await fleet.account('fraud')).toMatchObject({ accountStatus: 'suspended', statusSource: 'security' })

    expect((await fleet.admin.post('/organisation-accounts/fraud/status', handBack)).status).toBe(200)
    await sync()
    expect(await fleet.account('fraud')).toMatchObject({ accountStatus: 'active', statusSource: 'registration_sync' })
  })
})

describe('a run that would change more than it may', () => {
  const names = Array.from({ length: BEYOND_LIMIT }, (_, index) => `many-${String(index).padStart(2, '0')}`)
  const statuses = async () => new Set(await Promise.all(names.map(async (name) => (await fleet.account(name)).accountStatus)))

  test('shows the differences as CSV in a dry run, waits for an approval, and applies all of them once it has one', async () => {
    const registrations = await Promise.all(names.map((name) => organisation(name)))
    await losingPushes(() => Promise.all(registrations.map((one) => fleet.decideOn(one, 'rejected'))))

    const dryRun = await sync({ dryRun: true, reason: 'What would it do?' })
    expect(dryRun).toMatchObject({ stands: 'succeeded', dryRun: true, counters: { toChange: BEYOND_LIMIT, applied: 0 } })
    const file = await fleet.admin.send(`/api/cron/runs/${dryRun.uuid}/items?format=csv`)
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const [header = '', ...lines] = (await file.text()).trim().split('\r\n')
    expect(header).toContain('accountStatus before,accountStatus after')
    expect(lines.flatMap((line) => (line.includes('MAP_REJECTED') ? [line.split(',')[0]] : []))).toEqual(names)
    expect(await statuses()).toEqual(new Set(['active']))

    const uuid = await fleet.trigger('userStatusSync')
    const held = await fleet.untilRun(uuid, 'awaiting_approval')
    expect(held.overruns).toContainEqual({ direction: 'toSuspended', changes: BEYOND_LIMIT, limit: BEYOND_LIMIT - 1 })
    expect(await statuses()).toEqual(new Set(['active']))
    const alerts = async () => (await fleet.admin.get('/alerts?state=open&rule=approval-waiting')).body.alerts as { summary: string }[]
    await waitUntil('somebody is told of it', async () => (await alerts())[0]?.summary.includes(`rollcall sync approve ${uuid}`) === true)
    const late = await fleet.admin.post('/api/cron/userStatusSync/trigger', {})
    expect([late.status, late.body]).toMatchObject([409, { code: 'JOB_RUNNING', uuid }])
    const refused = await fleet.operator.post(`/api/cron/runs/${uuid}/approve`, { reason: 'An operator may not.' })
    expect(refused.status).toBe(403)

    const approval = await fleet.admin.post(`/api/cron/runs/${uuid}/approve`, { reason: 'The authority has withdrawn them all.' })
    expect(approval.status).toBe(202)
    expect(await fleet.untilRunEnded(uuid)).toMatchObject({ stands: 'succeeded', counters: { applied: BEYOND_LIMIT } })
    expect(await statuses()).toEqual(new Set(['suspended']))
    const audited = await Promise.all(names.map(auditOf))
    expect(audited.map((rows) => rows.filter(({ newStatus }) => newStatus === 'suspended').length)).toEqual(names.map(() => 1))
  })
})
