import { randomUUID } from 'node:crypto'
import type { Database } from '@rollcall/database'
import { createIds } from '@rollcall/engine'
import { GraphConfig, type GraphDirectory, type MarkedAccount } from '@rollcall/graph'
import { readEnv } from '@rollcall/platform'
import { type AccountKind, registerId } from '@rollcall/provisioning'
import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { openDirectory } from '../open-directory.ts'
import { plain } from '../terminal/plain.ts'
import { table } from '../terminal/table.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'

interface Options {
  readonly takeBack?: true
  readonly reason?: string
}

interface Stranger {
  readonly azureId: string
  readonly personId: string
  readonly username: string
  readonly kind: AccountKind
  readonly state: keyof typeof SAYS
}

const SAYS = {
  unknown: 'asked for again, it is adopted, if its name follows from the request; --take-back makes sure of it',
  takenBack: 'its name is reserved for its person: asked for again, it is adopted',
  second: 'the person has another account: one of the two must be removed from the directory by hand',
} as const

/** `directory strangers`: works on the directory and on the database, since the API holds no way to Graph. */
export function addDirectoryCommands(program: Command, context: CliContext): void {
  const directory = program
    .command('directory')
    .description('accounts as the directory has them (works on Graph and on the database of DATABASE_URL, with GRAPH_*)')
  const strangers = directory
    .command('strangers')
    .description('accounts of ours of which the database knows neither person nor name, as after a restore. Exit 1: there are some')
    .option(
      '--take-back',
      'reserve their names for their persons, so that the next request for them adopts them; the workers must be stopped',
    )
    .option(...REASON)
    .action((options: Options) => findStrangers({ context, options, json: wantsJson(strangers) }))
  withExamples(strangers, 'directory strangers', 'directory strangers --take-back --reason "SQL restored to 09:50"')
}

async function findStrangers({ context, options, json }: { context: CliContext; options: Options; json: boolean }): Promise<void> {
  const { terminal } = context
  if (options.takeBack && !options.reason) throw new CliError('Say why: --take-back needs a --reason.', EXIT.usage)
  const settings = await context.settings()
  const graph = await openDirectory(settings, readEnv(GraphConfig, settings.env))
  const found = await context.withDatabase(async (database) => {
    const unknown = await compare({ context, database, graph })
    return options.takeBack ? takeBack({ context, database, strangers: unknown, reason: options.reason ?? '' }) : unknown
  })
  if (found.some(({ state }) => state !== 'takenBack')) context.end(EXIT.bad)
  // A name may hold a person's, and says nothing that the id does not.
  if (json) return terminal.print(jsonOf({ accounts: found.map(({ username, ...shown }) => shown) }))
  if (found.length === 0) return terminal.note('The database knows every account of ours.')
  for (const line of table(
    ['account', 'person', 'kind', 'what of it'],
    found.map(({ azureId, personId, kind, state }) => [azureId, plain(personId), kind, SAYS[state]]),
  ))
    terminal.print(line)
}

async function compare({
  context: { interrupted, pause, terminal },
  database,
  graph,
}: {
  context: CliContext
  database: Database
  graph: GraphDirectory
}): Promise<Stranger[]> {
  const found: Stranger[] = []
  const seen = new Set<string>()
  const doubled = new Set<string>()
  let looked = 0
  for await (const page of graph.listAccounts({ signal: interrupted, runUuid: randomUUID(), bulk: true }, pause)) {
    // Others mark accounts in the same place: what is no id of the register is not ours.
    const ours = page.filter(({ marker }) => registerId.safeParse(marker).success)
    for (const { marker } of ours) (seen.has(marker) ? doubled : seen).add(marker)
    const unknown = await database.accountNames.unknownOf(ours.map((account) => ({ ...account, personId: account.marker })))
    found.push(...unknown.map(({ account, isSecond }) => strangerOf(account, isSecond)))
    looked += ours.length
    terminal.note(`${looked} accounts of ours looked at.`)
  }
  // Nobody gets two: which of them is the person's is not for us to say.
  return found.map((stranger) => (doubled.has(stranger.personId) ? { ...stranger, state: 'second' } : stranger))
}

function strangerOf({ azureId, marker, username, kind }: MarkedAccount, isSecond: boolean): Stranger {
  return { azureId, personId: marker, username, kind: kind ?? kindOfName(username), state: isSecond ? 'second' : 'unknown' }
}

/** Where the marker is `employeeId` only the name tells: two letters and eight digits are a student's, and no teacher is called so. */
function kindOfName(username: string): AccountKind {
  return /^[a-z]{2}\d{8}$/.test(username) ? 'student' : 'teacher'
}

async function takeBack({
  context: { actor, interrupted, now },
  database: { accountNames },
  strangers,
  reason,
}: {
  context: CliContext
  database: Database
  strangers: readonly Stranger[]
  reason: string
}): Promise<Stranger[]> {
  const newId = createIds({ now })
  const taken = new Set<string>()
  for (const { azureId, personId, username, kind } of strangers.filter(({ state }) => state === 'unknown')) {
    interrupted.throwIfAborted()
    const at = now()
    const entry = {
      id: newId(),
      at,
      actor,
      action: 'username.takeBack',
      targetType: 'person',
      targetId: personId,
      reason,
      details: { kind },
    }
    if (await accountNames.takeBack({ personId, username, kind, at, audit: entry })) taken.add(azureId)
  }
  return strangers.map((stranger) => (taken.has(stranger.azureId) ? { ...stranger, state: 'takenBack' } : stranger))
}
