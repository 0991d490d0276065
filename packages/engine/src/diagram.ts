// Draws a process table as a Mermaid state diagram with a table of its rows, for docs/processes/.

import { DEFAULT_RETRY, type PollPolicy, type RetryPolicy } from './policy.ts'
import { looksOf, type ProcessDefinition, type SignalWait, type StateRow } from './process-table.ts'

export function processDiagram(process: ProcessDefinition): string {
  const states = Object.entries(process.states)
  return [
    `# ${process.name}`,
    '',
    '<!-- Generated from the process table by `pnpm generate`; edit the table, not this file. -->',
    '',
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${process.start}`,
    ...states.flatMap(([state, row]) => arrowsOf(state, row)),
    '```',
    '',
    '| state | worker | resource | tries | looks | timeout | when it fails for good |',
    '|---|---|---|---|---|---|---|',
    ...states.map(([state, row]) => tableRow(state, row)),
    '',
    ...(process.correctable === false ? ['A replay repeats its input as it stands, and may not correct it.', ''] : []),
  ].join('\n')
}

function arrowsOf(state: string, row: StateRow): string[] {
  const answers = Object.entries(row.next).map(
    ([outcome, to]) => `  ${state} --> ${to}: ${outcome}${row.partial?.includes(outcome as never) ? ' (partial)' : ''}`,
  )
  const looks = row.poll ? [`  ${state} --> ${state}: not yet`] : []
  const givenUp = row.signal ? 'deadline passed' : 'given up'
  return [...answers, ...looks, `  ${state} --> ${row.givenUp ?? 'FAILED'}: ${givenUp}`, ...cancelArrow(state, row)]
}

function cancelArrow(state: string, row: StateRow): string[] {
  return row.cancelled ? [`  ${state} --> ${row.cancelled}: cancelled`] : []
}

function tableRow(state: string, row: StateRow): string {
  const looks = looksOf(row)
  const cells = [
    `\`${state}\``,
    row.worker,
    row.resource ?? '',
    looks && !row.retry ? 'errors count as looks' : retryWords(row.retry ?? DEFAULT_RETRY),
    row.signal ? signalWords(row.signal) : looks ? pollWords(looks) : '',
    row.timeout ?? '60s',
    row.givenUp ? `goes on to \`${row.givenUp}\`` : 'the run fails',
  ]
  return `| ${cells.join(' | ')} |`
}

function retryWords({ attempts, first, factor, max }: RetryPolicy): string {
  return `${attempts}, from ${first} × ${factor ?? 2} to ${max}, jittered`
}

function signalWords({ name, deadline, early }: SignalWait): string {
  return `until the signal \`${name}\` is sent${early ? ', which may come early' : ''}; at most ${deadline}`
}

function pollWords(poll: PollPolicy): string {
  if ('pauses' in poll) return `after ${poll.pauses.join(', ')}, the last one repeating; at most ${poll.giveUpAfter}`
  return `from ${poll.first} × ${poll.factor} to ${poll.max}, at most ${poll.giveUpAfter}`
}
