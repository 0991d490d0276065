import { writeFile } from 'node:fs/promises'
import type { components } from '@rollcall/client'
import { type Command, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { plain } from '../terminal/plain.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'

type Erased = components['schemas']['PersonErased']

const OWNER_ONLY = 0o600

interface EraseOptions {
  readonly reason: string
  readonly accountsRemoved?: true
  readonly yes?: true
}

/** `person export`, `person erase`: what is kept of one person. The only commands that are about a person by name. */
export function addPersonCommands(program: Command, context: CliContext): void {
  const person = program.command('person').description('what is kept of one person')
  const take = person
    .command('export <personId>')
    .description('all that is kept of a person, and why, as JSON: PERSONAL DATA. Leaves an audit row')
    .option('--out <file>', 'write it to a new file that only you can read, instead of showing it')
    .requiredOption(...REASON)
    .action(async (personId: string, { out, reason }: { out?: string; reason: string }) => {
      const api = await context.api()
      const data = await api.get('/persons/{personId}/data', { params: { path: { personId }, query: { reason } } })
      if (out === undefined) return context.terminal.print(jsonOf(data))
      await writeNew(out, `${jsonOf(data)}\n`)
      context.terminal.note(`Written to ${out}.`)
    })
  withExamples(take, 'person export 0012345678 --out 0012345678.json --reason "Subject access request 2026-17."')

  const erase = person
    .command('erase <personId>')
    .description('erase what is kept of a person, for good; what must stay is named. Needs a key of the role admin')
    .addOption(new Option('--accounts-removed', 'you have removed the account in the directory, or there is none'))
    .option('-y, --yes', 'do not ask')
    .requiredOption(...REASON)
    .action((personId: string, options: EraseOptions) => erasePerson({ context, personId, options, json: wantsJson(erase) }))
  withExamples(erase, 'person erase 0012345678 --accounts-removed --reason "Erasure request 2026-18."')
}

async function erasePerson({
  context,
  personId,
  options,
  json,
}: {
  context: CliContext
  personId: string
  options: EraseOptions
  json: boolean
}): Promise<void> {
  const { terminal } = context
  const { accountsRemoved, reason, yes } = options
  const api = await context.api()
  if (!yes) {
    const typed = await terminal.ask(`This cannot be undone. Type the person's id to erase what is kept: `)
    if (typed === null) throw new CliError('Nobody can be asked here: add --yes to do it.', EXIT.usage)
    if (typed.trim() !== personId) return terminal.note('That is another id: nothing was erased.')
  }
  const body = { reason, ...(accountsRemoved && { accountsRemoved }) }
  const erased = await api.delete('/persons/{personId}/data', { params: { path: { personId } }, body })
  const accounts = erased.accounts.map(({ username, ...ids }) => ids)
  if (json) return terminal.print(jsonOf({ ...erased, accounts }))
  for (const line of linesOf({ ...erased, accounts })) terminal.print(line)
}

function linesOf({
  accounts,
  erased,
  kept,
}: Omit<Erased, 'accounts'> & { readonly accounts: readonly Omit<Erased['accounts'][number], 'username'>[] }): string[] {
  const counts = Object.entries(erased).filter(([, count]) => count > 0)
  return [
    counts.length === 0 ? 'Nothing was left to erase.' : `Erased: ${counts.map(([what, count]) => `${what} ${count}`).join(', ')}.`,
    ...accounts.map(
      ({ azureId, live, sysUserId }) =>
        `  ${live ? 'live account' : 'deleted account'} ${sysUserId}, in the directory ${azureId ?? 'unknown'}`,
    ),
    ...kept.map(({ what, count, why }) => `Kept: ${count} ${what}. ${plain(why)}`),
  ]
}

/** @throws CliError where the file is there already: nothing is overwritten */
async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: OWNER_ONLY, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be written (${error.code}); it must not exist yet.`, EXIT.usage)
  })
}
