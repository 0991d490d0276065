import type { components } from '@rollcall/client'
import { z } from 'zod'
import { runbookOf } from '../runs/known-processes.ts'
import { plain } from '../terminal/plain.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { shownAge, shownTime } from '../terminal/times.ts'

type Run = components['schemas']['JobRun']

/** `awaiting_approval` as people say it. */
export function runWord(stands: Run['stands']): string {
  return stands.replaceAll('_', ' ')
}

/** A run of a job as text. */
export function runLines({
  run,
  terminal,
  now,
}: {
  readonly run: Run
  readonly terminal: Pick<Terminal, 'style'>
  readonly now: number
}): string[] {
  const { uuid, job, stands, version, dryRun, requestedBy, reason, startedAt, endedAt, paused, errorCode } = run
  const word = stands === 'failed' ? terminal.style('red', 'failed') : runWord(stands)
  return [
    `${terminal.style('bold', plain(job))} ${uuid}, version ${version}${dryRun ? ', a dry run' : ''}`,
    `  ${word}${paused ? `: ${plain(paused.code)} for ${shownAge(paused.since, now)}` : ''}`,
    `  begun by ${plain(requestedBy)} at ${shownTime(startedAt)}${endedAt === null ? '' : `, ended at ${shownTime(endedAt)}`}`,
    ...(reason === null ? [] : [`  because: ${plain(reason)}`]),
    ...(errorCode === null ? [] : errorLines(errorCode)),
    ...overrunLines(run),
    ...countLines(run),
    ...reportLines(run),
    '  with ' +
      Object.entries(run.config)
        .map(([name, value]) => `${plain(name)} ${plain(String(value))}`)
        .join(', '),
    ...run.history.map(
      ({ createdAt, state, status, submittedData }) =>
        `  ${shownTime(createdAt)}  ${state.padEnd(16)}  ${status}${answerOf(submittedData)}`,
    ),
  ]
}

const Answer = z.object({ signal: z.string(), outcome: z.string(), sentBy: z.string() })

/** Who has answered what, where a person did. */
function answerOf(submittedData: unknown): string {
  const { data: answer } = Answer.safeParse(submittedData)
  return answer ? ` (${plain(answer.signal)}: ${plain(answer.outcome)} by ${plain(answer.sentBy)})` : ''
}

function errorLines(errorCode: string): string[] {
  const runbook = runbookOf(errorCode)
  return [`  ${plain(errorCode)}`, ...(runbook === null ? [] : [`  → ${runbook}`])]
}

function overrunLines({ uuid, stands, overruns, version }: Run): string[] {
  if (stands !== 'awaiting_approval') return []
  return [
    ...overruns.map(({ direction, changes, limit }) => `  ${changes} changes ${plain(direction)}; ${limit} are allowed`),
    `  → \`pnpm rollcall sync items ${uuid}\` shows them; \`sync approve\` or \`sync refuse\` with \`--seen ${version}\` decides.`,
  ]
}

function countLines({ counters }: Run): string[] {
  if (counters === null) return []
  const counted = Object.entries(counters).filter(([, count]) => count > 0)
  return counted.map(([name, count]) => `  ${name.padEnd(15)} ${String(count).padStart(8)}`)
}

function reportLines({ report }: Run): string[] {
  if (report === null) return []
  return Object.entries(report.parts).map(
    ([part, { ok, tookMs, errorCode }]) => `  ${part.padEnd(15)} ${ok ? `answered in ${tookMs} ms` : plain(errorCode ?? 'is ill')}`,
  )
}
