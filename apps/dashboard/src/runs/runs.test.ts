import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from '../test-support/browser.ts'
import { type Drill, startDrill } from '../test-support/drill.ts'
import { startTestDashboard, type TestDashboard } from '../test-support/start-test-dashboard.ts'

const redis = testRedis()
let test: TestDashboard
let drill: Drill
beforeEach(async () => {
  test = await startTestDashboard({ redisUrl: redis.url })
  drill = startDrill({ redisUrl: redis.url, ...test })
})
afterEach(async () => {
  await drill.stop()
  await test.close()
})

const alertOf = ({ page }: Answer) => page.querySelector('[role=alert]')?.text.trim()
const auditOf = (uuid: string) => test.database.audit.list({ targetType: 'run', targetId: uuid, limit: 10 })

async function failed(hole = '1'): Promise<string> {
  drill.breaks.DRILL.add(hole)
  const { uuid } = await drill.run(hole)
  drill.breaks.DRILL.delete(hole)
  return uuid
}

describe('the page of a run', () => {
  it('tells its story: where it stands, what went wrong, what to do, what happened', async () => {
    const uuid = await failed()
    const { page, status } = await (await test.loggedIn('reader')).get(`/runs/${uuid}`)
    expect(status).toBe(200)
    expect(page.querySelector('h1')?.text).toBe(`Run ${uuid}`)
    expect(page.querySelector('.facts')?.structuredText).toContain('FAILED')
    const wrong = page.querySelector('section[aria-labelledby=wrong]')?.structuredText
    expect(wrong).toContain('DRILL_BROKE: The drill bit broke.')
    expect(wrong).toContain('What to do: Put in another bit, then replay.')
    const rows = page
      .querySelectorAll('section[aria-labelledby=history] tbody tr')
      .map((row) => row.querySelectorAll('td').map((cell) => cell.text.trim()))
    expect(rows.map(([, operation, outcome]) => [operation, outcome])).toEqual([
      ['MARK', 'success'],
      ['DRILL', 'failed'],
    ])
  })

  it('names nobody: neither what was asked for nor what came of it', async () => {
    const uuid = await failed()
    const browser = await test.loggedIn('admin')
    for (const path of [`/runs/${uuid}`, '/runs', '/']) expect((await browser.get(path)).body).not.toMatch(/Примерова|Елица/)
    expect((await browser.get(`/runs/${uuid}`)).page.querySelector('main')?.structuredText).toContain('This page shows ids only.')
  })

  it('offers orders to operators alone', async () => {
    const uuid = await failed()
    const forms = async (role: 'reader' | 'operator' | 'admin') =>
      (await (await test.loggedIn(role)).get(`/runs/${uuid}`)).page.querySelectorAll('main form').map((form) => form.getAttribute('action'))
    expect(await forms('reader')).toEqual([])
    expect(await forms('operator')).toEqual([`/runs/${uuid}/replay`])
    expect(await forms('admin')).toEqual([`/runs/${uuid}/replay`])
  })

  it('offers no order for a completed run', async () => {
    const { uuid } = await drill.run('1')
    const { page } = await (await test.loggedIn('operator')).get(`/runs/${uuid}`)
    expect(page.querySelectorAll('main form')).toEqual([])
    expect(page.querySelector('section[aria-labelledby=orders]')?.structuredText).toContain(
      'It has ended, and not in a way that can be replayed.',
    )
  })

  it('is found in the archive, with its story, and offers nothing there', async () => {
    const uuid = await failed()
    const browser = await test.loggedIn('operator')
    // A page that was opened before.
    const token = (await browser.get(`/runs/${uuid}`)).page.querySelector('input[name=_csrf]')?.getAttribute('value')
    const part = { status: 'failed', endedBefore: test.clock.now() + 1, exceptProcess: 'canary', after: null, limit: 9 } as const
    expect((await test.database.archive.move({ ...part, archivedAt: test.clock.now() })).moved).toBe(1)
    const { page, status } = await browser.get(`/runs/${uuid}`)
    expect(status).toBe(200)
    expect(page.querySelectorAll('section[aria-labelledby=history] tbody tr')).toHaveLength(2)
    expect(page.querySelectorAll('main form')).toEqual([])
    expect(page.querySelector('section[aria-labelledby=orders]')?.structuredText).toContain('It stands in the archive')
    for (const order of ['replay', 'cancel']) {
      const refused = await browser.post(`/runs/${uuid}/${order}`, { _csrf: token, reason: 'x', fromState: 'DRILL', version: '3' })
      expect([order, refused.status, alertOf(refused)]).toEqual([order, 409, expect.stringContaining('archive')])
    }
  })

  it('offers no replay for a person who was erased', async () => {
    const uuid = await failed()
    await test.database.prisma.run.update({ where: { uuid }, data: { subjectId: 'erased~0123', inputArgs: '{}' } })
    const { page } = await (await test.loggedIn('operator')).get(`/runs/${uuid}`)
    expect(page.querySelectorAll('main form')).toEqual([])
    expect(page.querySelector('section[aria-labelledby=orders]')?.structuredText).toContain('Its person was erased')
  })

  it('notes in the audit log who looked at whom, before it is shown; without that, nobody is', async () => {
    const uuid = await failed()
    await test.database.prisma.run.update({ where: { uuid }, data: { inputArgs: '{"hole":"1","owner":"x","personId":"PUPIL-UNSEEN"}' } })
    const reads = () => test.database.audit.list({ targetType: 'person', targetId: 'PUPIL-UNSEEN', limit: 9 })
    const browser = await test.loggedIn('reader')
    await browser.get(`/runs/${uuid}`)
    await browser.get(`/runs/${uuid}`)
    expect(await reads()).toMatchObject([{ actor: 'reader of the tests', action: 'person.read', details: { route: '/runs/:uuid' } }])
    await test.database.prisma.$executeRawUnsafe('ALTER TABLE AuditLog RENAME TO Elsewhere')
    test.clock.moveTo(test.clock.now() + 60_000)
    const { body, status } = await browser.get(`/runs/${uuid}`)
    expect(status).toBeGreaterThanOrEqual(500)
    expect(body).not.toContain('PUPIL-UNSEEN')
  })

  it.each(['0199a1f4-5c00-7000-8000-00000000a001', 'nonsense', '%27'])('is 404 for %s', async (uuid) => {
    const { page, status } = await (await test.loggedIn('reader')).get(`/runs/${uuid}`)
    expect(status).toBe(404)
    expect(page.querySelector('main')?.structuredText).toContain('There is no run with this uuid.')
  })
})

describe('a replay from the page', () => {
  it('starts the run again from the state that was chosen, under the operator’s name and for the reason', async () => {
    const uuid = await failed()
    const operator = await test.loggedIn('operator')
    const { page } = await operator.get(`/runs/${uuid}`)
    expect(page.querySelectorAll('#from-state option').map((option) => option.text)).toEqual(['DRILL (where it ended)', 'MARK'])
    const fields = { reason: 'another bit', fromState: 'MARK' }
    const answer = await operator.submit({ on: `/runs/${uuid}`, action: `/runs/${uuid}/replay`, fields })
    expect(answer).toMatchObject({ status: 303, headers: { location: `/runs/${uuid}?done=replayed` } })
    expect(await drill.ended(uuid)).toMatchObject({ status: 'completed' })
    expect(await auditOf(uuid)).toMatchObject([
      { actor: 'operator of the tests', action: 'run.replay', reason: 'another bit', details: { fromState: 'MARK' } },
    ])
    const after = (await operator.get(`/runs/${uuid}?done=replayed`)).page
    expect(after.querySelector('[role=status]')?.text).toBe('The run starts again.')
    expect(after.querySelector('section[aria-labelledby=audit]')?.structuredText).toContain('another bit')
  })

  it.each([
    [
      'no reason',
      { reason: ' ' },
      422,
      'The form holds something that is not allowed there. A reason must be 1 to 500 characters that can be printed.',
    ],
    ['a reason that turns its direction', { reason: 'a\u202Eb' }, 422, 'The form holds something that is not allowed there.'],
    [
      'a state that may not begin',
      { reason: 'x', fromState: 'NOWHERE' },
      422,
      'The run cannot be replayed from this state. It ended in DRILL; drill allows MARK, DRILL.',
    ],
    ['another version than the run has', { reason: 'x', version: '2' }, 409, 'The run changed while the request was made; look again.'],
  ])('with %s is refused, and the page says why', async (_what, fields, status, words) => {
    const uuid = await failed()
    const answer = await (await test.loggedIn('operator')).submit({ on: `/runs/${uuid}`, action: `/runs/${uuid}/replay`, fields })
    expect(answer.status).toBe(status)
    expect(alertOf(answer)).toContain(words)
    expect(await auditOf(uuid)).toEqual([])
    expect(await test.database.ledger.find(uuid)).toMatchObject({ status: 'failed' })
  })

  it('is refused where another run has taken the work over', async () => {
    const uuid = await failed()
    await drill.run('1')
    const answer = await (await test.loggedIn('operator')).submit({
      on: `/runs/${uuid}`,
      action: `/runs/${uuid}/replay`,
      fields: { reason: 'mended' },
    })
    expect(answer.status).toBe(409)
    expect(alertOf(answer)).toContain('Another run has taken over the work of this one.')
  })

  it('is refused to a reader who sends the form all the same', async () => {
    const uuid = await failed()
    const reader = await test.loggedIn('reader')
    const _csrf = reader.cookies.get('XSRF-TOKEN')?.value ?? ''
    for (const order of ['replay', 'cancel']) {
      const answer = await reader.post(`/runs/${uuid}/${order}`, { _csrf, reason: 'x', fromState: 'MARK', version: '3' })
      expect(answer.status).toBe(403)
      expect(answer.page.querySelector('main')?.structuredText).toContain(
        'The role of this key may look, and change nothing. It is reader.',
      )
    }
    expect(await auditOf(uuid)).toEqual([])
  })
})

describe('cancelling from the page', () => {
  it('marks a run that is under way, under the operator’s name', async () => {
    // No worker of this fleet works this process's state: the run stays where it is.
    await drill.stop()
    const { prisma } = test.database
    drill = startDrill({ redisUrl: redis.url, ...test })
    drill.breaks.DRILL.add('1')
    const { uuid } = await drill.run('1')
    await prisma.run.update({ where: { uuid }, data: { status: 'in_progress', state: 'DRILL', dueAt: new Date(test.clock.now()) } })
    const operator = await test.loggedIn('operator')
    const answer = await operator.submit({ on: `/runs/${uuid}`, action: `/runs/${uuid}/cancel`, fields: { reason: 'a mistake' } })
    expect(answer).toMatchObject({ status: 303, headers: { location: `/runs/${uuid}?done=cancelling` } })
    expect(await test.database.ledger.find(uuid)).toMatchObject({ cancelRequestedAt: test.clock.now() })
    expect(await auditOf(uuid)).toMatchObject([{ actor: 'operator of the tests', action: 'run.cancel', reason: 'a mistake' }])
    expect((await operator.get(`/runs/${uuid}`)).page.querySelectorAll('main form')).toEqual([])
  })

  it('of a run that has ended is refused, and the page says why', async () => {
    const uuid = await failed()
    const operator = await test.loggedIn('operator')
    const _csrf = operator.cookies.get('XSRF-TOKEN')?.value ?? ''
    const answer = await operator.post(`/runs/${uuid}/cancel`, { _csrf, reason: 'a mistake' })
    expect(answer.status).toBe(409)
    expect(alertOf(answer)).toContain('The run has ended; there is nothing to cancel or to send to it.')
  })
})

describe('the list of runs', () => {
  it('narrows by what was asked, and leads to each run', async () => {
    const uuid = await failed('1')
    const { uuid: completed } = await drill.run('2')
    const browser = await test.loggedIn('reader')
    const listed = async (query: string) =>
      (await browser.get(`/runs?${query}`)).page.querySelectorAll('tbody a').map((link) => link.getAttribute('href'))
    expect(await listed('')).toEqual([`/runs/${completed}`, `/runs/${uuid}`])
    expect(await listed('status=failed&errorCode=DRILL_BROKE&schoolId=wall-1&process=drill&state=FAILED')).toEqual([`/runs/${uuid}`])
    expect(await listed('schoolId=wall-2')).toEqual([])
    expect(await browser.get(`/runs?uuid=${uuid.toUpperCase()}`)).toMatchObject({ status: 303, headers: { location: `/runs/${uuid}` } })
  })

  it('goes page by page, fifty at a time, and keeps what it was narrowed by', async () => {
    const first = await failed('1')
    const row = await test.database.prisma.run.findUniqueOrThrow({ where: { uuid: first } })
    for (let copy = 0; copy < 60; copy += 1) {
      const uuid = `0199a1f4-5c00-7000-8000-0000000000${String(copy).padStart(2, '0')}`
      await test.database.prisma.run.create({ data: { ...row, uuid, liveKey: uuid } })
    }
    const browser = await test.loggedIn('reader')
    const uuids: string[] = []
    let next: string | undefined = '/runs?status=failed'
    let pages = 0
    while (next !== undefined) {
      const { page } = await browser.get(next)
      uuids.push(...page.querySelectorAll('tbody a').map((link) => link.text))
      next = page.querySelector('a[rel=next]')?.getAttribute('href')?.replaceAll('&amp;', '&')
      pages += 1
    }
    expect(pages).toBe(2)
    expect(new Set(uuids).size).toBe(61)
    expect(uuids).toHaveLength(61)
  })

  it.each(['status=nonsense', 'after=nonsense', 'uuid=%00', `state=${'x'.repeat(500)}`, 'status=failed&status=new'])(
    'bears %s',
    async (query) => {
      expect((await (await test.loggedIn('reader')).get(`/runs?${query}`)).status).toBe(200)
    },
  )
})
