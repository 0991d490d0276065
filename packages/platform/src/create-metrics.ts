import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** From a look at the database to an hour-long enrolment. */
const DURATION_BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export type Metrics = ReturnType<typeof createMetrics>

/** What an app counts, in a registry of its own: two apps in one process, as in tests, do not add up. */
export function createMetrics({ app, processMetrics = true }: { readonly app: string; readonly processMetrics?: boolean }) {
  const registry = new Registry()
  registry.setDefaultLabels({ app })
  if (processMetrics) collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    transitions: new Counter({
      name: 'rollcall_transitions_total',
      help: 'Changes of state.',
      labelNames: ['process', 'state', 'to'],
      registers,
    }),
    handlerSeconds: new Histogram({
      name: 'rollcall_handler_duration_seconds',
      help: 'How long the work on a state took that moved its run on.',
      labelNames: ['process', 'state'],
      buckets: DURATION_BUCKETS,
      registers,
    }),
    retries: new Counter({
      name: 'rollcall_retries_total',
      help: 'Failed tries that will be repeated.',
      labelNames: ['process', 'state', 'code'],
      registers,
    }),
    waits: new Counter({
      name: 'rollcall_waits_total',
      help: 'Looks that found nothing yet and turns that had to wait; code is empty where no error was the reason.',
      labelNames: ['process', 'state', 'code'],
      registers,
    }),
    superseded: new Counter({
      name: 'rollcall_superseded_total',
      help: 'Jobs whose run had moved on; effect says whether they had done something outside already.',
      labelNames: ['effect'],
      registers,
    }),
    unreachable: new Counter({
      name: 'rollcall_unreachable_total',
      help: 'Calls that the queue or the ledger did not answer.',
      labelNames: ['what'],
      registers,
    }),
    unexpected: new Counter({
      name: 'rollcall_unexpected_total',
      help: 'Defects and wrong settings that the engine met.',
      registers,
    }),
    reconcilePasses: new Counter({
      name: 'rollcall_reconcile_passes_total',
      help: 'Passes of reconcile; flushed says whether Redis had been away or had lost its memory.',
      labelNames: ['flushed'],
      registers,
    }),
    reconcileRepairs: new Counter({
      name: 'rollcall_reconcile_repairs_total',
      help: 'Jobs that reconcile had to put back into the queue.',
      registers,
    }),
    resourceTokens: new Counter({
      name: 'rollcall_resource_tokens_total',
      help: 'Writes to an outside resource that its gate let through, by lane.',
      labelNames: ['resource', 'lane'],
      registers,
    }),
    resourceTokensPerSecond: new Gauge({
      name: 'rollcall_resource_tokens_per_second',
      help: 'What the gate may let through in a second, over the whole fleet.',
      labelNames: ['resource'],
      registers,
    }),
    resourceClosed: new Gauge({
      name: 'rollcall_resource_closed',
      help: '1 while an outside resource is closed until it is reopened.',
      labelNames: ['resource'],
      registers,
    }),
    paused: new Gauge({ name: 'rollcall_paused', help: '1 while this worker takes up no work, since the fleet is paused.', registers }),
    backlogRuns: new Gauge({
      name: 'rollcall_backlog_runs',
      help: 'Live runs by state.',
      labelNames: ['process', 'state', 'status'],
      registers,
    }),
    backlogOldestSeconds: new Gauge({
      name: 'rollcall_backlog_oldest_seconds',
      help: 'For how long the oldest run stands in a state.',
      labelNames: ['process', 'state', 'status'],
      registers,
    }),
    canaryLate: new Gauge({
      name: 'rollcall_canary_late',
      help: '1 while the canary run is stuck with this worker.',
      labelNames: ['worker'],
      registers,
    }),
    retentionRows: new Counter({
      name: 'rollcall_retention_rows_total',
      help: 'Rows that were archived, deleted or emptied because of their age.',
      labelNames: ['what'],
      registers,
    }),
    nightlyFinished: new Gauge({
      name: 'rollcall_nightly_finished_timestamp_seconds',
      help: 'When this process last had put away everything that was old; 0 where another one does it.',
      registers,
    }),
    alertValue: new Gauge({
      name: 'rollcall_alert_value',
      help: 'What the rules for alerts measured last; the process that evaluates them has it, and only that one.',
      labelNames: ['rule', 'subject'],
      registers,
    }),
    alertsOpen: new Gauge({
      name: 'rollcall_alerts_open',
      help: 'Alerts that have fired and are not over; the process that evaluates them has it, and only that one.',
      registers,
    }),
    alertsEvaluated: new Gauge({
      name: 'rollcall_alerts_evaluated_timestamp_seconds',
      help: 'When this process last had judged every rule for alerts; 0 where another one does it.',
      registers,
    }),
    accountStatusChanges: new Counter({
      name: 'rollcall_account_status_changes_total',
      help: 'Changes of organisations’ accounts by what brought them: realtime, a push; registration_sync, the sync, which found what no push had brought.',
      labelNames: ['source'],
      registers,
    }),
    registrationCallSeconds: new Histogram({
      name: 'rollcall_registrations_call_duration_seconds',
      help: 'How long calls of the registration service took, by what came of them: answered, unavailable, refused (our key), unreadable, abandoned.',
      labelNames: ['outcome'],
      buckets: DURATION_BUCKETS,
      registers,
    }),
    registrationBreakerOpen: new Gauge({
      name: 'rollcall_registrations_breaker_open',
      help: '1 while the registration service has failed too often and is left alone, but for one try every thirty seconds; one breaker for each number of retries.',
      labelNames: ['retries'],
      registers,
    }),
    registrationsUnreadable: new Counter({
      name: 'rollcall_registrations_unreadable_total',
      help: 'Single records of the registration service that could not be read; each is a finding of the run that asked.',
      registers,
    }),
    scheduleTicks: new Counter({
      name: 'rollcall_schedule_ticks_total',
      help: 'Due times of schedules that this process served: started, or skipped since a run was still going.',
      labelNames: ['schedule', 'outcome'],
      registers,
    }),
    scheduleMissed: new Counter({
      name: 'rollcall_schedule_missed_total',
      help: 'Due times that nobody was there to serve; one run makes up for all of them.',
      labelNames: ['schedule'],
      registers,
    }),
    scheduleSkippedInRow: new Gauge({
      name: 'rollcall_schedule_skipped_in_row',
      help: 'How many ticks in a row found a run still going.',
      labelNames: ['schedule'],
      registers,
    }),
    scheduleNextDue: new Gauge({
      name: 'rollcall_schedule_next_due_timestamp_seconds',
      help: 'When a schedule is due next; one that is disabled has none, and one that lies in the past is served by nobody.',
      labelNames: ['schedule'],
      registers,
    }),
    jobsInHand: new Gauge({ name: 'rollcall_jobs_in_hand', help: 'Jobs whose handlers are at work just now.', registers }),
    loopRestarts: new Counter({
      name: 'rollcall_worker_restarts_total',
      help: 'How often workers that had stopped taking jobs were replaced.',
      registers,
    }),
    clockOffsetSeconds: new Gauge({
      name: 'rollcall_clock_offset_seconds',
      help: "How far this machine's clock is ahead of the database's.",
      registers,
    }),
  }
}
