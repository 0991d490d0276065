import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { components } from '@rollcall/client'
import { wholeNumber } from '@rollcall/platform/options'
import { type Command, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { plain } from '../terminal/plain.ts'
import { table } from '../terminal/table.ts'
import { jsonOf, wantsJson, withExamples } from './command-parts.ts'

type Item = components['schemas']['SyncItem']
type Page = components['schemas']['SyncItemList']

const OUTCOMES = [
  'pending',
  'applied',
  'conflicted',
  'failed',
  'noted',
  'refused',
  'notApplied',
] as const satisfies readonly Item['outcome'][]
const PER_PAGE = 500
const OWNER_ONLY = 0o600

interface ItemsOptions {
  readonly outcome?: (typeof OUTCOMES)[number]
  readonly limit: number
  readonly all?: true
  readonly out?: string
}

/** `sync items <uuid>`: the changes and findings of a run. */
export function addSyncItemsCommand(sync: Command, context: CliContext): void {
  const command = sync
    .command('items <uuid>')
    .description('the changes and findings of a run, account by account: of a dry run, what a real one would do')
    .addOption(new Option('--outcome <word>', 'only those').choices(OUTCOMES))
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber({ name: '--limit', min: 1, max: 1_000_000 })).default(50))
    .option('--all', 'every one, however many')
    .option('--out <file>', 'all of them as CSV into a new file')
    .action((uuid: string, options: ItemsOptions) =>
      options.out === undefined
        ? listItems({ context, uuid, options, json: wantsJson(command) })
        : download({ context, uuid, options, file: options.out }),
    )
  withExamples(command, 'sync items 0199a1f4-5c00-7000-8000-00000000a001 --out differences.csv')
}

interface Asked {
  readonly context: CliContext
  readonly uuid: string
  readonly options: ItemsOptions
}

async function listItems({ context, uuid, options, json }: Asked & { readonly json: boolean }): Promise<void> {
  const { terminal } = context
  const { outcome } = options
  const api = await context.api()
  const most = options.all ? Number.POSITIVE_INFINITY : options.limit
  const items: Item[] = []
  let after: string | null = null
  do {
    const limit = Math.min(PER_PAGE, most - items.length)
    const query = { limit, ...(outcome && { outcome }), ...(after !== null && { after }) }
    const page = pageIn(await api.get('/api/cron/runs/{uuid}/items', { params: { path: { uuid }, query }, signal: context.interrupted }))
    items.push(...page.items)
    after = page.nextAfter
  } while (after !== null && items.length < most)
  if (json) return terminal.print(jsonOf({ items, nextAfter: after }))
  if (items.length === 0) return terminal.note('It found nothing like that.')
  for (const line of table(['user', 'action', 'from', 'to', 'why', 'outcome'], items.map(cellsOf))) terminal.print(line)
  if (after !== null) terminal.note(`There are more than ${items.length}: raise --limit, ask for --all, or for a file with --out.`)
}

/** The same address answers a file to whoever asks for one. */
function pageIn(answer: Page | string): Page {
  if (typeof answer === 'string') throw new CliError('The API answered a file, where a page was asked for.')
  return answer
}

function cellsOf({ userId, action, before, after, reasonCode, outcome, errorCode }: Item): string[] {
  const status = (columns: Item['after']) => plain(String(columns?.accountStatus ?? '-'))
  return [plain(userId), action, status(before), status(after), plain(reasonCode), `${outcome}${errorCode ? ` (${plain(errorCode)})` : ''}`]
}

/** @throws CliError where the file is there already: nothing is overwritten, and no link is followed */
async function download({ context, uuid, options: { outcome }, file }: Asked & { readonly file: string }): Promise<void> {
  const api = await context.api()
  const query = { format: 'csv' as const, ...(outcome && { outcome }) }
  const body = await api.get('/api/cron/runs/{uuid}/items', { params: { path: { uuid }, query }, parseAs: 'stream' })
  try {
    await pipeline(Readable.fromWeb(nodeStream(body)), createWriteStream(file, { mode: OWNER_ONLY, flags: 'wx' }))
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && error.syscall === 'open' && 'code' in error)) throw error
    throw new CliError(`${file} cannot be written (${String(error.code)}): name a new file.`, EXIT.usage)
  }
  context.terminal.note(`The items stand in ${file}.`)
}

/** Node's fetch answers with Node's own streams, which the types of the web describe by another name. */
function nodeStream(body: unknown): ReadableStream {
  return body as ReadableStream
}
