// The monitoring files are read by Prometheus and Grafana, which are not here; that they speak of what the fleet exports is checked here.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ALERT_RULE_NAMES, ALERT_RULES, type AlertRule } from '@rollcall/alerts'
import { createMetrics } from '@rollcall/platform'
import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { createApiMetrics } from '../apps/api/src/api-metrics.ts'
import { createPushMetrics } from '../apps/registration-service/src/push/push-metrics.ts'

const docker = resolve(import.meta.dirname, '../docker')
const read = (path: string) => readFileSync(resolve(docker, path), 'utf8')

const AlertingRule = z.object({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  keep_firing_for: z.string().optional(),
  labels: z.object({ severity: z.enum(['critical', 'warning']), rule: z.string().optional() }),
  annotations: z.object({ summary: z.string(), action: z.string() }),
})
const RecordingRule = z.strictObject({ record: z.string().regex(/^rollcall:\w+:\w+$/), expr: z.string() })
const Rules = z.object({ groups: z.array(z.object({ rules: z.array(z.union([AlertingRule, RecordingRule])) })) })
const Board = z.object({ panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).min(1) })) })

/** Name → labels. Histograms have their three series. */
async function exported(): Promise<Map<string, Set<string>>> {
  const { registry } = createMetrics({ app: 'test' })
  const others = new Registry()
  createApiMetrics(others)
  createPushMetrics(others)
  const all = [...registry.getMetricsAsArray(), ...others.getMetricsAsArray()]
  return new Map(
    all.flatMap((metric) => {
      const labels = new Set(['app', 'job', 'instance', 'le', ...('labelNames' in metric ? (metric.labelNames as string[]) : [])])
      return ['', '_bucket', '_count', '_sum'].map((suffix): [string, Set<string>] => [metric.name + suffix, labels])
    }),
  )
}

function metricsIn(expression: string): string[] {
  return [...expression.matchAll(/\b(?:rollcall|nodejs)_\w+/g)].map(([name]) => name)
}

function labelsIn(expression: string): { readonly name: string; readonly label: string }[] {
  return [...expression.matchAll(/\b((?:rollcall|nodejs)_\w+)\{([^}]*)\}/g)].flatMap(([, name = '', matchers = '']) =>
    [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => ({ name, label })),
  )
}

describe('the alert rules and the board', () => {
  const all = Rules.parse(parse(read('prometheus/rules.yml'))).groups.flatMap((group) => group.rules)
  const rules = all.filter((rule) => 'alert' in rule)
  const records = all.filter((rule) => 'record' in rule)
  const board = Board.parse(JSON.parse(read('grafana/dashboards/rollcall.json')))
  const expressions = [...all.map(({ expr }) => expr), ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))]

  test('name only metrics and labels that the fleet exports', async () => {
    const known = await exported()
    expect(expressions.flatMap(metricsIn).filter((name) => !known.has(name))).toEqual([])
    expect(expressions.flatMap(labelsIn).filter(({ name, label }) => !known.get(name)?.has(label))).toEqual([])
  })

  test('ask for what is recorded by its whole name, and for all that is recorded', () => {
    const asked = expressions.flatMap((expression) => expression.match(/\brollcall:\w+:\w+/g) ?? [])
    expect(new Set(asked)).toEqual(new Set(records.map(({ record }) => record)))
  })

  test('have no run that waits for a person for one that is stuck', () => {
    const stuck = rules.find(({ alert }) => alert === 'RollcallRunStuck')
    expect(stuck?.expr).toContain('rollcall_backlog_oldest_seconds{process!="re-enroll",status!="waiting"}')
  })

  test('wait for more than a day where a time is judged that is 0 until the first night of a process', () => {
    const nightly = rules.filter(({ expr }) => expr.includes('rollcall_nightly_finished_timestamp_seconds'))
    expect(nightly.map((rule) => Number(/^(\d+)h$/.exec(rule.for ?? '')?.[1] ?? 0) > 24)).toEqual([true])
  })

  test.each(ALERT_RULE_NAMES)('say of %s what worker-sync does: the same threshold, the same times, the same severity', (name) => {
    const rule: AlertRule = ALERT_RULES[name]
    const [ours, ...others] = rules.filter(({ labels }) => labels.rule === name)
    expect(others).toEqual([])
    expect(ours).toMatchObject({ keep_firing_for: rule.clearFor, labels: { severity: rule.severity } })
    expect(ours?.for ?? '0s').toBe(rule.for)
    expect([...(ours?.expr ?? '').matchAll(/ > ([\d.]+)/g)].map(([, threshold]) => Number(threshold))).toEqual([rule.firesAbove])
    expect(ours?.annotations.action).toContain(`docs/alerts.md#${name}.`)
  })

  test('have no rule by a name that worker-sync does not know', () => {
    const names: readonly string[] = ALERT_RULE_NAMES
    expect(rules.flatMap(({ labels }) => labels.rule ?? []).filter((name) => !names.includes(name))).toEqual([])
  })

  test('lead to sections that stand in docs/alerts.md', () => {
    const sections = [...readFileSync(resolve(docker, '../docs/alerts.md'), 'utf8').matchAll(/^## (.+)$/gm)].map(([, title]) => title)
    const cited = rules.flatMap(({ annotations }) =>
      [...annotations.action.matchAll(/docs\/alerts\.md#([\w-]+)/g)].map(([, anchor]) => anchor),
    )
    expect(sections).toEqual(expect.arrayContaining([...ALERT_RULE_NAMES, ...cited]))
  })

  test('name each alert once', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  })
})
