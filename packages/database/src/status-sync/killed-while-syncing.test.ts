import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { newId } from '@rollcall/engine/testing/ledger-contract'
import { aNewAccount, anAuditEntry } from '@rollcall/status-sync/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testDialects } from '../testing/test-dialects.ts'

const syncing = fileURLToPath(new URL('../testing/syncing-process.ts', import.meta.url))
const ACCOUNTS = 150
const KILLS = 3
const BATCHES_BEFORE_KILL = 3

/** Resolves when it is over; one that is to die is killed wherever it stands after so many batches. @returns whether it was */
async function sync({ url, runUuid, dies }: { readonly url: string; readonly runUuid: string; readonly dies: boolean }): Promise<boolean> {
  const child = spawn(process.execPath, [syncing, url, runUuid], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const closed = once(child, 'close')
  let lines = 0
  for await (const _line of createInterface(child.stdout)) {
    lines += 1
    if (dies && lines === BATCHES_BEFORE_KILL) child.kill('SIGKILL')
  }
  const [code, signal] = await closed
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`A process that worked on the run ended with ${code}.`)
  return signal === 'SIGKILL'
}

describe.each(testDialects)('processes that are killed while they work on a sync run over $dialect', ({ open }) => {
  test('decide on every account once, and leave as many audit rows as changes', { timeout: 120_000 }, async () => {
    const { url, database, cleanup } = await open()
    onTestFinished(cleanup)
    const { organisationAccounts: accounts, prisma, syncRuns } = database
    const userIds = Array.from({ length: ACCOUNTS }, (_none, index) => `u${String(index).padStart(3, '0')}`)
    for (const userId of userIds) await accounts.add(aNewAccount({ userId }), anAuditEntry({ id: newId(), targetId: userId }))

    const runUuid = newId()
    let killed = 0
    // Two at a time, of which one loses every batch that both want.
    const mortal = async () => {
      for (let kill = 0; kill < KILLS; kill += 1) if (await sync({ url, runUuid, dies: true })) killed += 1
    }
    await Promise.all([mortal(), mortal()])
    expect(killed).toBeGreaterThan(1)
    await sync({ url, runUuid, dies: false })

    const items = await syncRuns.items({ runUuid, outcome: null, after: null, limit: 1_000 })
    expect(items.map(({ userId, outcome }) => [userId, outcome])).toEqual(userIds.map((userId) => [userId, 'applied']))
    const changed = await accounts.read(userIds)
    expect(new Set(changed.map(({ accountStatus, statusVersion }) => `${accountStatus} ${statusVersion}`))).toEqual(
      new Set(['suspended 2']),
    )
    expect(await prisma.auditLog.count({ where: { action: 'USER_STATUS_SYNC' } })).toBe(ACCOUNTS)
    expect((await syncRuns.find(runUuid))?.counters).toMatchObject({ scanned: ACCOUNTS, applied: ACCOUNTS })
  })
})
