import { TerminalError } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { askedFor, clientTest, failureOf, never } from './test-support/client-test.ts'

const suite = clientTest()

const good = {
  result: 'found',
  registrationId: 'r-1',
  registrationNumber: 'ETH-2024-00017',
  userId: 'u-1',
  status: 'approved',
  organizationName: 'Hill Farm Co-operative',
  version: 3,
  updatedAt: '2026-01-05T08:00:00.000Z',
}
const registration = {
  registrationId: 'r-1',
  registrationNumber: 'ETH-2024-00017',
  userId: 'u-1',
  status: 'approved',
  version: 3,
  updatedAt: Date.UTC(2026, 0, 5, 8),
}

/** Of the first user something is said that the test chooses, of the others that they have no registration. */
async function answersTo(first: unknown, users = 3): Promise<readonly unknown[]> {
  suite.service.script = (heard) => ({
    body: { success: true, data: askedFor(heard).map((asked, index) => (index === 0 ? first : { result: 'notFound', asked })) },
  })
  const keys = Array.from({ length: users }, (_, index) => ({ userId: `u-${index + 1}` }))
  return suite.client().find(keys, never)
}

const asked = { userId: 'u-1' }
const said = (changes: object) => ({ ...good, asked, ...changes })

describe('one odd record', () => {
  test.each<[string, unknown, string, string]>([
    ['a version that no column holds', said({ version: 2 ** 31 }), 'version', 'number'],
    ['a version below zero', said({ version: -1 }), 'version', 'number'],
    ['a version that is a text', said({ version: '3' }), 'version', 'string of length 1'],
    ['an id that is too long', said({ registrationId: 'r'.repeat(37) }), 'registrationId', 'string of length 37'],
    ['a number that is too long', said({ registrationNumber: '1'.repeat(65) }), 'registrationNumber', 'string of length 65'],
    ['a number with a blank at its end', said({ registrationNumber: 'R1 ' }), 'registrationNumber', 'string of length 3'],
    ['a user with a blank before him', said({ userId: ' u-1' }), 'userId', 'string of length 4'],
    ['no number at all', said({ registrationNumber: undefined }), 'registrationNumber', 'nothing'],
    ['a status that is too long', said({ status: 's'.repeat(41) }), 'status', 'string of length 41'],
    ['a status that is a number', said({ status: 7 }), 'status', 'number'],
    ['a time of no zone', said({ updatedAt: '2026-01-05T08:00:00' }), 'updatedAt', 'string of length 19'],
    ['an outcome that nobody knows', { result: 'maybe', asked }, 'result', 'string of length 5'],
    ['several registrations that are one', { result: 'several', asked, registrationIds: ['r-1'] }, 'registrationIds', 'list of length 1'],
    ['an answer to somebody else', { result: 'notFound', asked: { userId: 'u-9' } }, 'asked', 'nothing'],
    ['an answer to nobody', { result: 'notFound' }, 'asked', 'nothing'],
    ['nothing', null, 'asked', 'nothing'],
  ])('(%s) is told with the place and the shape of its fault, and nothing of what it says', async (_what, first, field, shape) => {
    expect(await answersTo(first)).toEqual([{ kind: 'unreadable', field, shape }, { kind: 'none' }, { kind: 'none' }])
    expect(suite.told('unreadable')).toEqual([{ kind: 'unreadable', faults: [`${field}: ${shape}`] }])
    expect(suite.service.heard).toHaveLength(1)
  })

  test('(a second answer to one question) takes the first one with it', async () => {
    const [, second] = await answersTo({ result: 'notFound', asked: { userId: 'u-2' } }, 6)
    expect(second).toEqual({ kind: 'unreadable', field: 'asked', shape: 'a second answer' })
  })

  test.each<[string, object, object]>([
    ['a status that is no word of ours', { status: 'Renewal-Due' }, { status: 'Renewal-Due' }],
    ['a time with an offset', { updatedAt: '2026-01-05T10:00:00+02:00' }, {}],
    ['no name', { organizationName: undefined }, {}],
    ['a name that is none', { organizationName: null }, {}],
    ['a field that is new', { tier: 'gold' }, {}],
    ['an empty number', { registrationNumber: '' }, { registrationNumber: null }],
    ['the first version', { version: 0 }, { version: 0 }],
    ['the last version', { version: 2 ** 31 - 1 }, { version: 2 ** 31 - 1 }],
  ])('is none for having %s', async (_what, changes, expected) => {
    const [answer] = await answersTo(said(changes))
    expect(answer).toEqual({ kind: 'found', registration: { ...registration, ...expected } })
    expect(suite.told('unreadable')).toEqual([])
  })
})

describe('many odd records', () => {
  /** So many of so many users get an answer that cannot be read. */
  async function find({ odd, of }: { readonly odd: number; readonly of: number }): Promise<unknown> {
    suite.service.script = (heard) => ({
      body: { success: true, data: askedFor(heard).map((one, index) => ({ asked: one, result: index < odd ? 'maybe' : 'notFound' })) },
    })
    return failureOf(
      suite.client().find(
        Array.from({ length: of }, (_, index) => ({ userId: `u-${index}` })),
        never,
      ),
    )
  }

  test.each([
    [1, 1],
    [3, 3],
    [1, 4],
    [49, 100],
  ])('(%i of %i) are each a matter of its own', async (odd, of) => {
    expect(await find({ odd, of })).toMatchObject({ resolved: { length: of } })
    expect(suite.told('unreadable')[0]?.faults).toHaveLength(odd)
    expect(suite.told('called')).toMatchObject([{ outcome: 'answered' }])
  })

  test.each([
    [2, 4],
    [50, 100],
    [100, 100],
  ])('(%i of %i) are an answer that makes no sense', async (odd, of) => {
    const failure = await find({ odd, of })
    expect(failure).toBeInstanceOf(TerminalError)
    expect(failure).toMatchObject({ errorCode: { code: 'REGISTRATIONS_UNREADABLE' } })
    expect(String(failure)).toContain(`Of ${of} registrations that were asked for, ${odd} cannot be read.`)
    expect(suite.told('called')).toMatchObject([{ outcome: 'unreadable' }])
  })
})
