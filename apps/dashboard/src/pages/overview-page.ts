import type { Closure, ErrorCode, FailureCount, Ledger } from '@rollcall/engine'
import type { FleetHealth } from '@rollcall/platform'
import type { Operator } from '../auth/operator.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { spanOf, timeOf } from './times.ts'

export interface OverviewPage {
  readonly operator: Operator
  readonly backlog: Awaited<ReturnType<Ledger['backlog']>>
  readonly failures: readonly FailureCount[]
  readonly closures: readonly Closure[]
  readonly fleet: FleetHealth
  readonly codeOf: (code: string) => ErrorCode | undefined
  readonly now: number
}

export function overviewPage(page: OverviewPage): string {
  return layout({
    title: 'Overview',
    operator: page.operator,
    main: html`
<p class="hint">As of ${timeOf(page.now)} UTC; load the page again for newer figures.</p>
${closed(page)}
${workers(page)}
${backlogTable(page)}
${failureTable(page)}
<section aria-labelledby="queues"><h2 id="queues">Queues</h2>
<p><a href="/queues/">Bull Board</a> shows every queue of every process. The ledger, above, is what counts: the queue only dispatches.</p></section>`,
  })
}

function closed({ closures, codeOf, now }: OverviewPage): Html {
  return html`<section aria-labelledby="closed"><h2 id="closed">Closed resources</h2>
${
  closures.length === 0
    ? html`<p>None: all outside systems are in use.</p>`
    : html`<div class="wide"><table><thead><tr><th scope="col">Resource</th><th scope="col">For</th><th scope="col">By</th><th scope="col">Why</th>
<th scope="col">What to do</th></tr></thead><tbody>
${closures.map(
  ({ resource, closedAt, closedBy, errorCode, cause }) =>
    html`<tr class="bad"><th scope="row">${resource}</th><td>${spanOf(now - closedAt)}</td><td>${closedBy}</td><td><code>${errorCode}</code> ${cause}</td>
<td>${codeOf(errorCode)?.runbook ?? html`Once the reason is over: <code>pnpm rollcall resume ${resource} --reason …</code>`}</td></tr>`,
)}</tbody></table></div>`
}</section>`
}

function workers({ fleet, now }: OverviewPage): Html {
  const { heartbeats, missing, silent } = fleet
  return html`<section aria-labelledby="workers"><h2 id="workers">Workers</h2>
${missing.map((worker) => html`<p class="bad">worker-${worker} is missing: no process of it beats.</p>`)}
${silent && html`<p class="bad">worker-${silent.worker} is silent: the canary has been stuck in ${silent.state} for ${spanOf(now - silent.since)}.</p>`}
${missing.length === 0 && !silent && html`<p>All are there and take jobs.</p>`}
<p class="hint">${heartbeats.length} ${heartbeats.length === 1 ? 'process beats' : 'processes beat'}${heartbeats.length > 0 && ': '}${heartbeats
    .map(({ worker, instance, jobsInHand }) => `${worker} ${instance} (${jobsInHand} in hand)`)
    .join(', ')}</p></section>`
}

function backlogTable({ backlog, now }: OverviewPage): Html {
  return html`<section aria-labelledby="backlog"><h2 id="backlog">Backlog</h2>
${
  backlog.length === 0
    ? html`<p>Nothing is under way.</p>`
    : html`<div class="wide"><table><thead><tr><th scope="col">Process</th><th scope="col">State</th><th scope="col">Status</th>
<th scope="col" class="number">Runs</th><th scope="col">Oldest for</th></tr></thead><tbody>
${backlog.map(
  ({ process, state, status, count, oldestSince }) => html`<tr><td>${process}</td>
<td><a href="/runs?${query({ process, state, status })}">${state}</a></td><td><span class="status ${status}">${status}</span></td>
<td class="number">${count}</td><td>${spanOf(now - oldestSince)}</td></tr>`,
)}</tbody></table></div>`
}</section>`
}

function failureTable({ failures }: OverviewPage): Html {
  return html`<section aria-labelledby="failures"><h2 id="failures">Failed in the last day</h2>
${
  failures.length === 0
    ? html`<p>None.</p>`
    : html`<div class="wide"><table><thead><tr><th scope="col">Process</th><th scope="col">Error</th><th scope="col" class="number">Runs</th></tr></thead><tbody>
${failures.map(
  ({ process, errorCode, count }) => html`<tr><td>${process}</td>
<td><a href="/runs?${query({ process, status: 'failed', errorCode: errorCode ?? '' })}"><code>${errorCode ?? 'none'}</code></a></td>
<td class="number">${count}</td></tr>`,
)}</tbody></table></div>`
}</section>`
}

function query(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '')).toString()
}
