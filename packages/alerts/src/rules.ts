// What counts as an alert: the one table. The evaluator acts by it, docs/alerts.md says what to do about each rule, and the Prometheus rules
// in docker/ are held to it by a test. What must always hold: a rule fires above one value and clears at a lower or equal one, so that a value
// in between changes nothing.
import { type Duration, durationMs } from '@rollcall/engine'

export const ALERT_SEVERITIES = ['critical', 'warning'] as const
/** `critical`: somebody must look now. `warning`: today. */
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number]

/** What was measured of one subject. Never names a person: it leaves the fleet. */
export interface Sample {
  /** A process, a schedule, a worker or a resource. */
  readonly subject: string
  readonly value: number
  /** What else there is to say, as a sentence. */
  readonly note?: string
}

export interface AlertRule {
  /** What is judged, as a noun. */
  readonly about: string
  readonly severity: AlertSeverity
  /** Broken while the value is above this. */
  readonly firesAbove: number
  /** Kept once the value is at most this. */
  readonly clearsAt: number
  /** For how long it must be broken without a break until the alert fires. */
  readonly for: Duration
  /** For how long it must be kept without a break until the alert is resolved. */
  readonly clearFor: Duration
  readonly says: (sample: Sample) => string
}

const percent = (share: number) => `${Math.round(share * 100)} %`
const minutes = (seconds: number) => `${Math.floor(seconds / 60)} min`

export const ALERT_RULES = {
  'failure-rate': {
    about:
      'the share of the runs of a process that failed: of those that ended in the last hour if they are ten or more, else of the last ten',
    severity: 'warning',
    firesAbove: 0.1,
    clearsAt: 0.05,
    for: '1m',
    clearFor: '10m',
    says: ({ subject, value }) => `${percent(value)} of the runs of ${subject} failed.`,
  },
  'run-too-long': {
    about: 'for how many seconds the oldest run of a scheduled job has been at work',
    severity: 'warning',
    firesAbove: 300,
    clearsAt: 240,
    for: '0s',
    clearFor: '1m',
    says: ({ subject, value }) => `A run of ${subject} has been at work for ${minutes(value)}.`,
  },
  'approval-waiting': {
    about: 'whether a run waits until a person approves or refuses it',
    severity: 'warning',
    firesAbove: 0,
    clearsAt: 0,
    for: '0s',
    clearFor: '1m',
    says: ({ subject }) => `A run of ${subject} waits for an approval, and no other one begins meanwhile.`,
  },
  'pushes-held': {
    about:
      'how many of the last hundred changes that were pushed within the last hour were held back, since pushes lock out too many accounts',
    severity: 'critical',
    firesAbove: 0,
    clearsAt: 0,
    for: '0s',
    clearFor: '10m',
    says: ({ value }) => `Pushes lock out more accounts than they may within an hour; ${value} were held back for the next sync.`,
  },
  'run-paused': {
    about: 'for how many seconds a run has rested because an operator paused it',
    severity: 'warning',
    firesAbove: 3_600,
    clearsAt: 0,
    for: '0s',
    clearFor: '1m',
    says: ({ subject, value }) => `A run of ${subject} has been paused for ${minutes(value)}, and no other one begins meanwhile.`,
  },
  'health-check-failing': {
    about: 'whether the last health check found something wrong, or is too old to say anything',
    severity: 'critical',
    firesAbove: 0,
    clearsAt: 0,
    for: '0s',
    // Longer than from one check to the next: two in a row must be good.
    clearFor: '35m',
    says: ({ subject }) => `The last ${subject} found something wrong, or is too old.`,
  },
  backlog: {
    about: 'how many runs of a process wait to be worked',
    severity: 'warning',
    firesAbove: 1_000,
    clearsAt: 800,
    for: '5m',
    clearFor: '5m',
    says: ({ subject, value }) => `${value} runs of ${subject} wait to be worked.`,
  },
  'accounts-unverified': {
    about: 'how many accounts that follow a registration the last two ticks of the status sync did not compare with it',
    severity: 'warning',
    firesAbove: 1_000,
    clearsAt: 800,
    // A run that begins at the tick with which the measure grows has its time.
    for: '30m',
    clearFor: '5m',
    says: ({ subject, value }) => `${value} accounts were not compared with their registrations by the last two ticks of ${subject}.`,
  },
  'registrations-refused': {
    about: 'whether the registration service did not accept our key when it was last asked',
    severity: 'critical',
    firesAbove: 0,
    clearsAt: 0,
    for: '0s',
    // Of several jobs one may begin anew, and not have asked yet.
    clearFor: '5m',
    says: () => 'The registration service does not accept our key; no account follows its registration by the sync.',
  },
  'licences-missing': {
    about: 'how many of the last ten accounts for which no licence was left still wait for one',
    severity: 'warning',
    firesAbove: 0,
    clearsAt: 0,
    for: '0s',
    clearFor: '10m',
    says: ({ value }) => `No licence was left for ${value} of the last accounts; they stand without one.`,
  },
  'resource-closed': {
    about: 'whether an outside system is closed',
    severity: 'critical',
    firesAbove: 0,
    clearsAt: 0,
    for: '1m',
    clearFor: '1m',
    says: ({ subject }) => `${subject} is closed; work that needs it waits.`,
  },
  'worker-silent': {
    about: 'whether a worker takes no jobs, or does not beat',
    severity: 'critical',
    firesAbove: 0,
    clearsAt: 0,
    for: '1m',
    clearFor: '2m',
    says: ({ subject }) => `No job gets through worker-${subject}.`,
  },
  'fleet-paused': {
    about: 'whether an operator has paused the fleet',
    severity: 'warning',
    firesAbove: 0,
    clearsAt: 0,
    for: '30m',
    clearFor: '1m',
    says: () => 'The fleet has been paused for half an hour.',
  },
  'schedule-overdue': {
    about: 'for how many seconds a due time of an enabled schedule has been served by nobody',
    severity: 'warning',
    firesAbove: 300,
    clearsAt: 60,
    for: '0s',
    clearFor: '1m',
    says: ({ subject, value }) => `The schedule ${subject} has been due for ${minutes(value)}, and nobody serves it.`,
  },
  'schedule-skipped': {
    about: 'how many ticks of a schedule in a row found a run still going',
    severity: 'warning',
    firesAbove: 2,
    clearsAt: 0,
    for: '0s',
    clearFor: '1m',
    says: ({ subject, value }) => `The schedule ${subject} was skipped ${value} times in a row, since a run was still going.`,
  },
  'unknown-registration-status': {
    about: 'how many accounts the last runs of a sync job left alone because no rule knows the status of their registration',
    severity: 'warning',
    firesAbove: 0,
    clearsAt: 0,
    for: '0s',
    clearFor: '1m',
    says: ({ subject, value }) => `${subject} met ${value} registrations with a status that no rule knows, and changed nothing there.`,
  },
  'registrations-in-doubt': {
    about:
      'how many accounts the last runs of a sync job left alone because what the registration service said cannot be read, or takes back what it said before',
    severity: 'warning',
    firesAbove: 0,
    clearsAt: 0,
    for: '0s',
    clearFor: '1m',
    says: ({ subject, value }) => `${subject} met ${value} registrations that cannot be read or that went back, and changed nothing there.`,
  },
} as const satisfies Readonly<Record<string, AlertRule>>

export type AlertRuleName = keyof typeof ALERT_RULES

export const ALERT_RULE_NAMES = Object.keys(ALERT_RULES).filter(isAlertRule)

export function isAlertRule(name: string): name is AlertRuleName {
  return Object.hasOwn(ALERT_RULES, name)
}

/** Where it stands what to do about it. */
export function runbookOfRule(rule: string): string {
  return `docs/alerts.md#${rule}`
}

/** The times of a rule, in milliseconds. */
export function patienceOf({ for: broken, clearFor }: Pick<AlertRule, 'for' | 'clearFor'>): {
  readonly forMs: number
  readonly clearForMs: number
} {
  return { forMs: durationMs(broken), clearForMs: durationMs(clearFor) }
}
