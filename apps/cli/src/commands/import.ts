import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
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

/** `import <file.csv>`: sends it, follows it to the end, writes the result beside it. */
export function addImportCommand(program: Command, context: CliContext): void {
  const command = program
    .command('import <file>')
    .description('ask for the accounts of a CSV file, follow them to the end and write the result, row by row. Exit 1: some rows have none')
    .option('--result <file>', 'where to write the result; left out: beside the file, with the import’s id in its name')
    .option('--no-follow', 'do not wait for the end, and write no result')
    .action((file: string, options: ImportOptions) => importFile({ context, file, options, json: wantsJson(command) }))
  withExamples(command, 'import roster.csv', 'import roster.csv --result /tmp/result.csv')
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
  const api = await context.api({ timeoutMs: UPLOAD_TIMEOUT_MS })
  const { id, rows, invalid } = await upload({ context, api, file })
  terminal.note(`Import ${id}: ${rows} rows, ${invalid} of them invalid.`)
  const path = { id }
  if (!options.follow) {
    const begun = await api.get('/imports/{id}', { params: { path } })
    return terminal.print(json ? jsonOf(begun) : `Begun: \`pnpm rollcall show ${id}\` tells how far it is.`)
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
  terminal.print(`The result stands in ${result}: correct what is wrong there and import it again as it is.`)
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
  await pipeline(Readable.fromWeb(nodeStream(body)), createWriteStream(file, { mode: OWNER_ONLY }))
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
  ]
}
