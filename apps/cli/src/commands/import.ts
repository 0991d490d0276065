import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { ApiClient, components } from '@rollcall/client'
import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { jsonOf, wantsJson, withExamples } from './command-parts.ts'
import { follow } from './follow.ts'

type Import = components['schemas']['Import']

/** A school office's line may take a while for 50 MB. */
const UPLOAD_TIMEOUT_MS = 15 * 60_000
/** The result holds people: nobody else on this machine reads it. */
const OWNER_ONLY = 0o600
const BAD_RESULTS = ['failed', 'cancelled', 'refused', 'invalid', 'unknown'] as const

interface ImportOptions {
  readonly result?: string
  readonly follow: boolean
}

/** `import <file.csv>`: sends it, follows it to the end, writes the result beside it. `import-result <id>`: writes the result at any time. */
export function addImportCommands(program: Command, context: CliContext): void {
  const command = program
    .command('import <file>')
    .description('ask for the accounts of a CSV file, follow them to the end and write the result, row by row. Exit 1: some rows have none')
    .option('--result <file>', 'the new file for the result; left out: beside the file, with the import’s id in its name')
    .option('--no-follow', 'do not wait for the end, and write no result')
    .action((file: string, options: ImportOptions) => importFile({ context, file, options, json: wantsJson(command) }))
  withExamples(command, 'import roster.csv', 'import roster.csv --result result.csv')

  const result = program
    .command('import-result <id>')
    .description('write the result of an import as it stands now, row by row, to a new file')
    .requiredOption('--out <file>', 'a new file that only you can read: it names people')
    .action(async (id: string, { out }: { out: string }) => {
      await assertNew(out)
      const api = await context.api({ timeoutMs: UPLOAD_TIMEOUT_MS })
      await download({ api, id, file: out })
      context.terminal.note(`Written to ${out}.`)
    })
  withExamples(result, 'import-result 0199a1f4-5c00-7000-8000-00000000a001 --out result.csv')
}

async function importFile({
  context,
  file,
  options,
  json,
}: {
  context: CliContext
  file: string
  options: ImportOptions
  json: boolean
}): Promise<void> {
  const { terminal } = context
  if (options.result !== undefined) await assertNew(options.result)
  const api = await context.api({ timeoutMs: UPLOAD_TIMEOUT_MS })
  const { id, rows, invalid } = await upload({ context, api, file })
  terminal.note(`Import ${id}: ${rows} rows, ${invalid} of them invalid.`)
  const path = { id }
  if (!options.follow) {
    const begun = await api.get('/imports/{id}', { params: { path } })
    return terminal.print(
      json ? jsonOf(begun) : `Begun: \`pnpm rollcall show ${id}\` tells how far it is, \`import-result\` writes the result.`,
    )
  }
  const ended = await follow({
    context,
    label: 'Accounts',
    total: rows,
    look: (signal) => api.get('/imports/{id}', { params: { path }, signal }),
    progressOf: ({ results }) => rows - results.waiting - results.running,
    isDone: ({ status }) => status === 'done' || status === 'stopped',
    goOnWith: `show ${id}`,
  })
  const result = options.result ?? join(dirname(file), `${basename(file).replace(/\.csv$/i, '')}.${id}.csv`)
  await download({ api, id, file: result })
  if (ended.status === 'stopped' || BAD_RESULTS.some((word) => ended.results[word] > 0)) context.end(EXIT.bad)
  if (json) return terminal.print(jsonOf(ended))
  for (const line of importLines(ended)) terminal.print(line)
  terminal.print(`The result stands in ${result}: correct what is invalid there and import it again as it is.`)
}

/** @throws CliError, before anything is sent, where the file is there already: nothing is overwritten, and no link is followed */
async function assertNew(file: string): Promise<void> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new CliError(`${file} cannot be written (${error.code}).`, EXIT.usage)
  })
  if (found) throw new CliError(`${file} is there already: name a new file.`, EXIT.usage)
}

async function upload({ context, api, file }: { context: CliContext; api: ApiClient; file: string }) {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be read (${error.code}).`, EXIT.usage)
  })
  if (!found.isFile()) throw new CliError(`${file} is no file.`, EXIT.usage)
  const bar = context.terminal.progress({ label: 'Sending  ', total: found.size })
  let sent = 0
  async function* watched() {
    for await (const chunk of createReadStream(file)) {
      sent += chunk.length
      bar.update(sent)
      yield chunk
    }
  }
  try {
    return await api.post('/imports', {
      body: '',
      bodySerializer: () => Readable.toWeb(Readable.from(watched())),
      headers: { 'content-type': 'text/csv' },
      // A body that is a stream is sent while it is read.
      duplex: 'half',
      signal: context.interrupted,
    })
  } finally {
    bar.stop()
  }
}

async function download({ api, id, file }: { api: ApiClient; id: string; file: string }): Promise<void> {
  const params = { path: { id }, query: { format: 'csv' as const } }
  const body = await api.get('/imports/{id}/rows', { params, parseAs: 'stream' })
  try {
    await pipeline(Readable.fromWeb(nodeStream(body)), createWriteStream(file, { mode: OWNER_ONLY, flags: 'wx' }))
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && error.syscall === 'open' && 'code' in error)) throw error
    const again = `pnpm rollcall import-result ${id} --out <file>`
    throw new CliError(`${file} cannot be written (${String(error.code)}). The result is kept: \`${again}\` writes it elsewhere.`)
  }
}

/** Node's fetch answers with Node's own streams, which the types of the web describe by another name. */
function nodeStream(body: unknown): ReadableStream {
  return body as ReadableStream
}

export function importLines({ id, status, rows, results, run }: Import): string[] {
  const counts = Object.entries(results).filter(([, count]) => count > 0)
  const stopped =
    status === 'stopped'
      ? ` It stopped${run?.errorCode ? ` (${run.errorCode})` : ''}: \`pnpm rollcall replay ${run?.uuid ?? id} --reason …\` goes on.`
      : ''
  return [
    `Import ${id} is ${status}: ${rows} rows.${stopped}`,
    ...counts.map(([word, count]) => `  ${word.padEnd(9)}  ${String(count).padStart(6)}`),
    ...(results.failed > 0
      ? [
          `  → Failed ones: \`pnpm rollcall list --group ${id} --status failed\`, mend the cause, \`pnpm rollcall replay --group ${id} --reason …\`.`,
        ]
      : []),
  ]
}
