import type { components } from '@rollcall/client'
import { wholeNumber } from '@rollcall/platform/options'
import { Argument, type Command, Option } from 'commander'
import type { CliContext } from '../context.ts'
import { withoutPerson } from '../runs/without-person.ts'
import { plain } from '../terminal/plain.ts'
import { table } from '../terminal/table.ts'
import { shownAge } from '../terminal/times.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'

type Account = components['schemas']['UnfinishedAccount']
type Page = components['schemas']['UnfinishedAccountList']

const PER_PAGE = 200
const KINDS = ['student', 'teacher'] as const

interface ListOptions {
  readonly olderThan?: string
  readonly limit: number
  readonly all?: true
}

/** `unfinished list`, `unfinished release`: names that were reserved for accounts which never came to stand. */
export function addUnfinishedCommands(program: Command, context: CliContext): void {
  const unfinished = program.command('unfinished').description('usernames that are reserved for accounts which do not stand')
  const list = unfinished
    .command('list')
    .description('longest waiting first, with the person’s id in the register, which release takes; never with the username')
    .option('--older-than <time>', 'reserved before this time, e.g. 2026-09-01T00:00:00Z')
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber({ name: '--limit', min: 1, max: 1_000_000 })).default(50))
    .option('--all', 'every one, however many')
    .action((options: ListOptions) => listUnfinished({ context, options, json: wantsJson(list) }))
  withExamples(list, 'unfinished list --older-than 2026-09-01T00:00:00Z')

  const release = unfinished
    .command('release')
    .description('give a reserved name up, once the directory shows for minutes that no account has it')
    .argument('<personId>', 'as `unfinished list` shows it')
    .addArgument(new Argument('<kind>', 'which account').choices([...KINDS]))
    .requiredOption(...REASON)
    .action(async (personId: string, kind: (typeof KINDS)[number], { reason }: { reason: string }) => {
      const api = await context.api()
      const run = await api.post('/accounts/unfinished/{personId}/{kind}/release', {
        params: { path: { personId, kind } },
        body: { reason },
      })
      if (wantsJson(release)) return context.terminal.print(jsonOf(withoutPerson(run)))
      context.terminal.print(
        `The run ${run.uuid} looks for the account for some minutes and then releases the name. \`pnpm rollcall show ${run.uuid}\` tells how it ends.`,
      )
    })
  withExamples(release, 'unfinished release 0012345678 student --reason "Enrolled at another authority."')
}

async function listUnfinished({ context, options, json }: { context: CliContext; options: ListOptions; json: boolean }): Promise<void> {
  const { terminal, now } = context
  const api = await context.api()
  const most = options.all ? Number.POSITIVE_INFINITY : options.limit
  const accounts: Account[] = []
  let cursor: string | null = null
  do {
    const limit = Math.min(PER_PAGE, most - accounts.length)
    const query = { limit, ...(options.olderThan && { olderThan: options.olderThan }), ...(cursor !== null && { cursor }) }
    const page: Page = await api.get('/accounts/unfinished', { params: { query }, signal: context.interrupted })
    accounts.push(...page.accounts)
    cursor = page.nextCursor
  } while (cursor !== null && accounts.length < most)
  if (json) return terminal.print(jsonOf({ accounts: accounts.map(({ username, ...shown }) => shown), nextCursor: cursor }))
  if (accounts.length === 0) return terminal.note('No name is reserved for an account that does not stand.')
  for (const line of table(
    ['person', 'kind', 'reserved for', 'last run', 'error', 'being released by'],
    accounts.map((one) => cellsOf(one, now())),
  ))
    terminal.print(line)
  if (cursor !== null) terminal.note(`There are more than ${accounts.length}: raise --limit, or ask for --all.`)
}

function cellsOf({ personId, kind, reservedAt, lastRun, releaseUuid }: Account, now: number): string[] {
  const run = lastRun ? `${lastRun.uuid} ${lastRun.status}` : 'archived'
  return [plain(personId), kind, shownAge(reservedAt, now), run, lastRun?.errorCode ?? '', releaseUuid ?? '']
}
