import { describe, expect, test } from 'vitest'
import { ALERT_RULE_NAMES, ALERT_RULES, type AlertRule, patienceOf } from './rules.ts'

describe('the table of rules', () => {
  test.each(ALERT_RULE_NAMES)('%s clears no higher than it fires, with times that can be read', (name) => {
    const rule: AlertRule = ALERT_RULES[name]
    expect(rule.clearsAt).toBeLessThanOrEqual(rule.firesAbove)
    const { forMs, clearForMs } = patienceOf(rule)
    expect([forMs, clearForMs].every((ms) => ms >= 0)).toBe(true)
    expect(name.length).toBeLessThanOrEqual(60)
  })

  test('has the thresholds that were asked for: 10 % of runs, 5 minutes, a failing health check, 1,000 runs or accounts in the backlog', () => {
    const { backlog, 'failure-rate': failures, 'health-check-failing': health, 'run-too-long': tooLong } = ALERT_RULES
    expect([failures.firesAbove, tooLong.firesAbove, health.firesAbove]).toEqual([0.1, 5 * 60, 0])
    expect([backlog.firesAbove, ALERT_RULES['accounts-unverified'].firesAbove]).toEqual([1_000, 1_000])
  })

  test('says what is wrong in one sentence', () => {
    const sentences = ALERT_RULE_NAMES.map((name) => {
      const rule: AlertRule = ALERT_RULES[name]
      return rule.says({ subject: 'x', value: name === 'failure-rate' ? 0.15 : 1_200 })
    })
    expect(sentences).toMatchInlineSnapshot(`
      [
        "15 % of the runs of x failed.",
        "A run of x has been at work for 20 min.",
        "A run of x waits for an approval, and no other one begins meanwhile.",
        "Pushes lock out more accounts than they may within an hour; 1200 were held back for the next sync.",
        "A run of x has been paused for 20 min, and no other one begins meanwhile.",
        "The last x found something wrong, or is too old.",
        "1200 runs of x wait to be worked.",
        "1200 accounts were not compared with their registrations by the last two ticks of x.",
        "The registration service does not accept our key; no account follows its registration by the sync.",
        "No licence was left for 1200 of the last accounts; they stand without one.",
        "x is closed; work that needs it waits.",
        "No job gets through worker-x.",
        "The fleet has been paused for half an hour.",
        "The schedule x has been due for 20 min, and nobody serves it.",
        "The schedule x was skipped 1200 times in a row, since a run was still going.",
        "x met 1200 registrations with a status that no rule knows, and changed nothing there.",
        "x met 1200 registrations that cannot be read or that went back, and changed nothing there.",
      ]
    `)
  })
})
