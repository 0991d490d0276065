import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge, type Standing, type Verdict } from './judge.ts'
import type { AlertRule } from './rules.ts'

type Thresholds = Pick<AlertRule, 'firesAbove' | 'clearsAt' | 'for' | 'clearFor'>
interface Look {
  readonly now: number
  readonly value: number
  readonly verdict: Verdict
  /** What stood before. */
  readonly before: Standing
}

/** Does what the store does, look by look. */
function play(rule: Thresholds, looks: readonly { readonly afterMs: number; readonly value: number }[], first: Standing = null): Look[] {
  let standing = first
  let now = 0
  return looks.map(({ afterMs, value }) => {
    now += afterMs
    const before = standing
    const verdict = judge({ rule, standing, value, now })
    standing = afterVerdict({ standing, verdict, now })
    return { now, value, verdict, before }
  })
}

function afterVerdict({ standing, verdict, now }: { standing: Standing; verdict: Verdict; now: number }): Standing {
  switch (verdict) {
    case 'nothing':
      return standing
    case 'begin':
      return { startedAt: now, lastSeenAt: now, firedAt: null }
    case 'fire':
      return { startedAt: standing?.startedAt ?? now, lastSeenAt: now, firedAt: now }
    case 'see':
      return standing && { ...standing, lastSeenAt: now }
    case 'forget':
    case 'resolve':
      return null
  }
}

const minutes = (most: number) => fc.nat(most).map((count) => `${count}m` as const)
const rules: fc.Arbitrary<Thresholds> = fc
  .record({ clearsAt: fc.nat(50), band: fc.nat(50), for: minutes(10), clearFor: minutes(10) })
  .map(({ clearsAt, band, ...times }) => ({ clearsAt, firesAbove: clearsAt + band, ...times }))
const looksAt = (value: fc.Arbitrary<number>) => fc.array(fc.record({ afterMs: fc.nat(300_000), value }), { minLength: 1, maxLength: 60 })
const msOf = (text: string) => Number.parseInt(text, 10) * 60_000
const told = (looks: readonly Look[]) =>
  looks.map(({ verdict }) => verdict).filter((verdict) => verdict === 'fire' || verdict === 'resolve')

describe('whatever the thresholds and whatever is measured', () => {
  test('an alert fires before it is resolved, and each only once until the other', () => {
    fc.assert(
      fc.property(rules, looksAt(fc.nat(120)), (rule, looks) => {
        const words = told(play(rule, looks))
        expect(words).toEqual(words.map((_, index) => (index % 2 === 0 ? 'fire' : 'resolve')))
      }),
    )
  })

  test('what fires was broken at every look since it began, for as long as the rule says', () => {
    fc.assert(
      fc.property(rules, looksAt(fc.nat(120)), (rule, looks) => {
        const played = play(rule, looks)
        for (const [index, { now, before, verdict }] of played.entries()) {
          if (verdict !== 'fire') continue
          const begun = before === null ? index : played.findLastIndex((look, at) => at < index && look.verdict === 'begin')
          expect(now - (played[begun]?.now ?? Number.NaN)).toBeGreaterThanOrEqual(msOf(rule.for))
          expect(played.slice(begun, index + 1).every(({ value }) => value > rule.firesAbove)).toBe(true)
        }
      }),
    )
  })

  test('what is resolved was clear at every look since it was seen last, for as long as the rule says', () => {
    fc.assert(
      fc.property(rules, looksAt(fc.nat(120)), (rule, looks) => {
        const played = play(rule, looks)
        for (const [index, { now, verdict }] of played.entries()) {
          if (verdict !== 'resolve') continue
          const seen = played.findLastIndex((look, at) => at < index && (look.verdict === 'see' || look.verdict === 'fire'))
          expect(now - (played[seen]?.now ?? Number.NaN)).toBeGreaterThanOrEqual(msOf(rule.clearFor))
          expect(played.slice(seen + 1, index + 1).every(({ value }) => value <= rule.clearsAt)).toBe(true)
        }
      }),
    )
  })

  test('a value that moves inside the band begins nothing, and ends nothing that has fired', () => {
    const inTheBand = rules.chain((rule) =>
      fc.record({
        rule: fc.constant(rule),
        looks: looksAt(fc.integer({ min: rule.clearsAt + 1, max: Math.max(rule.clearsAt + 1, rule.firesAbove) })),
      }),
    )
    fc.assert(
      fc.property(
        inTheBand.filter(({ rule }) => rule.firesAbove > rule.clearsAt),
        ({ rule, looks }) => {
          expect(told(play(rule, looks))).toEqual([])
          expect(told(play(rule, looks, { startedAt: 0, lastSeenAt: 0, firedAt: 0 }))).toEqual([])
        },
      ),
    )
  })

  test('what goes on being broken fires once, and what goes on being clear afterwards is resolved once', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 300_000 }), (rule, afterMs) => {
        const enough = (wait: string) => Math.ceil(msOf(wait) / afterMs) + 2
        fc.pre(enough(rule.for) + enough(rule.clearFor) < 2_000)
        const broken = Array.from({ length: enough(rule.for) }, () => ({ afterMs, value: rule.firesAbove + 1 }))
        const clear = Array.from({ length: enough(rule.clearFor) }, () => ({ afterMs, value: rule.clearsAt }))
        expect(told(play(rule, [...broken, ...clear, ...clear]))).toEqual(['fire', 'resolve'])
      }),
    )
  })
})
