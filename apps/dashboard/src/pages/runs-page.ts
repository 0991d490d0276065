import { RUN_STATUSES, type RunPage as Runs } from '@rollcall/engine'
import type { Operator } from '../auth/operator.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { timeOf } from './times.ts'

/** What the list is narrowed by, as it stood in the address. */
export type RunsFilter = Readonly<Partial<Record<'process' | 'state' | 'status' | 'errorCode' | 'schoolId', string>>>

export interface RunsPage {
  readonly operator: Operator
  readonly filter: RunsFilter
  readonly runs: Runs['runs']
  /** The query of the next page; null on the last. */
  readonly nextQuery: string | null
}

export function runsPage({ operator, filter, runs, nextQuery }: RunsPage): string {
  return layout({
    title: 'Runs',
    operator,
    main: html`
<form class="card inline" method="get" action="/runs">
<p><label for="uuid">Run</label><input id="uuid" name="uuid" type="text" placeholder="uuid" spellcheck="false"></p>
<button type="submit">Open</button></form>
${filterForm(filter)}
${
  runs.length === 0
    ? html`<p>No run is like that.</p>`
    : html`<div class="wide"><table><thead><tr><th scope="col">Begun (UTC)</th><th scope="col">Run</th><th scope="col">Process</th><th scope="col">State</th>
<th scope="col">Status</th><th scope="col">Error</th><th scope="col">School</th></tr></thead><tbody>
${runs.map(
  ({ uuid, createdAt, process, state, status, errorCode, scopeId }) => html`<tr><td>${timeOf(createdAt)}</td>
<td><a href="/runs/${uuid}">${uuid}</a></td><td>${process}</td><td>${state}</td><td><span class="status ${status}">${status}</span></td>
<td>${errorCode !== null && html`<code>${errorCode}</code>`}</td><td>${scopeId ?? ''}</td></tr>`,
)}</tbody></table></div>`
}
${nextQuery !== null && html`<p><a href="/runs?${nextQuery}" rel="next">Older ones</a></p>`}`,
  })
}

function filterForm(filter: RunsFilter): Html {
  const text = (name: keyof RunsFilter, label: string) =>
    html`<p><label for="${name}">${label}</label><input id="${name}" name="${name}" type="text" value="${filter[name] ?? ''}" spellcheck="false"></p>`
  return html`<form class="card inline" method="get" action="/runs">
<p><label for="status">Status</label><select id="status" name="status"><option value="">any</option>${RUN_STATUSES.map((status) =>
    status === filter.status ? html`<option selected>${status}</option>` : html`<option>${status}</option>`,
  )}</select></p>
${text('process', 'Process')}${text('state', 'State')}${text('errorCode', 'Error code')}${text('schoolId', 'School')}
<button type="submit">Show</button></form>`
}
