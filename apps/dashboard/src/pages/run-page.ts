import { type AuditEntry, type ErrorCode, isErased, type Run, type RunEvent } from '@rollcall/engine'
import { mayDo, type Operator } from '../auth/operator.ts'
import { type Html, html } from './html.ts'
import { csrfField, layout, notice } from './layout.ts'
import { spanOf, timeOf } from './times.ts'

export interface RunPage {
  readonly operator: Operator
  readonly run: Run
  /** Whether this operator may replay and cancel it. */
  readonly mayOrder: boolean
  /** False where it replays others and runs of jobs among them, which this operator may not. */
  readonly mayReplay: boolean
  /** Since when it stands in the archive, where it can only be looked at; null in the ledger. */
  readonly archivedAt: number | null
  readonly history: readonly RunEvent[]
  /** What operators did to it, newest first. */
  readonly orders: readonly AuditEntry[]
  /** Where a replay may begin, the state in which it ended first; empty where it cannot be replayed. */
  readonly replayableStates: readonly string[]
  readonly codeOf: (code: string) => ErrorCode | undefined
  readonly now: number
  readonly said: { readonly kind: 'wrong' | 'done'; readonly words: string } | null
}

export function runPage(page: RunPage): string {
  const { mayOrder, operator, run, said } = page
  return layout({
    title: `Run ${run.uuid}`,
    operator,
    main: html`
${said && notice(said.kind, html`<p>${said.words}</p>`)}
${summary(page)}
${run.errorCode !== null && whatWentWrong(page)}
${mayOrder && orderForms(page)}
${!mayOrder && mayDo(operator, 'operate') && html`<p class="hint">It is the run of a job: those replay and cancel it who administer the jobs.</p>`}
${historyTable(page)}
${page.orders.length > 0 && ordersTable(page)}
<p class="hint">This page shows ids only. What was asked for, and what came of it, names people: read it through the API,
<code>GET /azure-data-sync/${run.uuid}</code>.</p>`,
  })
}

function summary({ run, archivedAt, now }: RunPage): Html {
  const { process, type, state, status, completion, version, attempt, dueAt, scopeId, subjectId, groupUuid, requestedBy } = run
  const rows: readonly (readonly [string, Html])[] = [
    ['Process', html`${process} (${type})`],
    ['State', html`<strong>${state}</strong>, for ${spanOf(now - run.stateSince)}`],
    ['Status', html`<span class="status ${status}">${status}</span>${completion !== null && html` (${completion})`}`],
    ['Version and try', html`${version}, failed tries in this state: ${attempt}`],
    ['Next worked', dueAt === null ? html`never, it has ended` : timeOf(dueAt)],
    ['Cancelling', run.cancelRequestedAt === null ? html`not asked for` : html`asked for at ${timeOf(run.cancelRequestedAt)}`],
    ['Person', html`${subjectId ?? 'none'}`],
    ['School', html`${scopeId ?? 'none'}`],
    ['Group', html`${groupUuid}`],
    ['Asked for', html`by ${requestedBy}, ${timeOf(run.createdAt)}`],
    ...(archivedAt === null ? [] : [['Archived', timeOf(archivedAt)] as const]),
  ]
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

function whatWentWrong({ run, codeOf }: RunPage): Html {
  const known = codeOf(run.errorCode ?? '')
  return html`<section aria-labelledby="wrong"><h2 id="wrong">What went wrong</h2>
<p><code>${run.errorCode}</code>: ${run.errorMessage ?? known?.sentence ?? 'no sentence was kept'}</p>
${known?.runbook !== undefined && html`<p><strong>What to do:</strong> ${known.runbook}</p>`}</section>`
}

function orderForms(page: RunPage): Html {
  const { operator, run, mayReplay, replayableStates } = page
  return html`<section aria-labelledby="orders"><h2 id="orders">Orders</h2>
<p class="hint">Every order goes into the audit log under your name, ${operator.name}, with its reason. Name no people in it.</p>
${replayableStates.length > 0 && mayReplay && replayForm(page)}
${!mayReplay && html`<p class="hint">Runs of jobs are among those that it replays: those let it go on who administer the jobs.</p>`}
${run.dueAt !== null && run.cancelRequestedAt === null && cancelForm(page)}
${replayableStates.length === 0 && run.dueAt === null && html`<p>${whyNoOrders(page)}</p>`}
</section>`
}

function whyNoOrders({ archivedAt, run }: RunPage): string {
  if (archivedAt !== null) return 'It stands in the archive, where it can only be looked at.'
  if (isErased(run)) return 'Its person was erased: there is nothing to replay any more.'
  return 'It has ended, and not in a way that can be replayed.'
}

function replayForm({ operator, run, replayableStates }: RunPage): Html {
  return html`<form class="card" method="post" action="/runs/${run.uuid}/replay">
${csrfField(operator)}
<input type="hidden" name="version" value="${run.version}">
<p><label for="from-state">Replay from</label>
<select id="from-state" name="fromState">${replayableStates.map(
    (state, index) => html`<option value="${state}">${state}${index === 0 && ' (where it ended)'}</option>`,
  )}</select></p>
<p><label for="replay-reason">Reason</label>
<input id="replay-reason" name="reason" type="text" maxlength="500" required></p>
<button type="submit">Replay</button></form>`
}

function cancelForm({ operator, run }: RunPage): Html {
  return html`<form class="card" method="post" action="/runs/${run.uuid}/cancel">
${csrfField(operator)}
<p><label for="cancel-reason">Reason for cancelling</label>
<input id="cancel-reason" name="reason" type="text" maxlength="500" required></p>
<button type="submit">Cancel the run</button></form>`
}

function historyTable({ history, codeOf }: RunPage): Html {
  return html`<section aria-labelledby="history"><h2 id="history">History</h2>
<div class="wide"><table><thead><tr><th scope="col">When (UTC)</th><th scope="col">Operation</th><th scope="col">Outcome</th>
<th scope="col">State</th><th scope="col">Version, try</th><th scope="col">Took</th><th scope="col">Error</th></tr></thead><tbody>
${history.map(
  (event) => html`<tr><td>${timeOf(event.createdAt)}</td><td>${event.operationType}</td>
<td><span class="status ${event.status}">${event.status}</span>${event.count !== null && html` (${event.count} looks)`}</td>
<td>${event.state}</td><td>${event.version}, ${event.attempt}</td>
<td>${event.durationMs === null ? '' : `${event.durationMs} ms`}</td>
<td>${event.errorCode !== null && html`<code>${event.errorCode}</code> ${event.errorMessage ?? codeOf(event.errorCode)?.sentence ?? ''}`}</td></tr>`,
)}
</tbody></table></div></section>`
}

function ordersTable({ orders }: RunPage): Html {
  return html`<section aria-labelledby="audit"><h2 id="audit">What operators did</h2>
<div class="wide"><table><thead><tr><th scope="col">When (UTC)</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Why</th></tr></thead><tbody>
${orders.map(
  ({ at, actor, action, reason }) =>
    html`<tr><td>${timeOf(at)}</td><td>${actor}</td><td><code>${action}</code></td><td>${reason}</td></tr>`,
)}
</tbody></table></div></section>`
}
