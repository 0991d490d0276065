import { API_ROLES, type ApiKey, type Database } from '@rollcall/database'
import { type AuditEntry, createIds } from '@rollcall/engine'
import { createApiKey } from '@rollcall/platform'
import { wholeNumber } from '@rollcall/platform/options'
import { type Command, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { table } from '../terminal/table.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'

const DAY_MS = 86_400_000
const LONGEST_DAYS = 3_650
/** Names tell callers apart in logs, runs and the audit: plain letters, so that no two look alike. */
const KEY_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,58}[A-Za-z0-9])?$/

interface CreateOptions {
  readonly name: string
  readonly role: (typeof API_ROLES)[number]
  readonly reason: string
  readonly days?: number
}

/** `keys create`, `keys list`, `keys revoke`: who may call the API. They work on the database, since the first key has no other to make it. */
export function addKeysCommands(program: Command, context: CliContext): void {
  const keys = program.command('keys').description('API keys: who may call the API (works on the database of DATABASE_URL)')
  const make = keys
    .command('create')
    .description('make a key and show it once')
    .requiredOption('--name <name>', 'whose key it is; stands in the audit log and in requestedBy')
    .addOption(new Option('--role <role>', 'what it may do').choices([...API_ROLES]).makeOptionMandatory())
    .requiredOption(...REASON)
    .addOption(
      new Option('--days <days>', 'after how many days it ends').argParser(wholeNumber({ name: '--days', min: 1, max: LONGEST_DAYS })),
    )
    .action((options: CreateOptions) => create({ context, options, json: wantsJson(make) }))
  withExamples(make, 'keys create --name students-module --role upstream --reason "go-live"')

  const list = keys
    .command('list')
    .description('all keys, revoked ones too')
    .action(async () => {
      const all = await context.withDatabase(({ apiKeys }) => apiKeys.list())
      if (wantsJson(list)) return context.terminal.print(jsonOf({ keys: all.map(viewOf) }))
      for (const line of table(['name', 'role', 'made', 'state'], all.map(cellsOf))) context.terminal.print(line)
    })
  withExamples(list, 'keys list')

  const end = keys
    .command('revoke <name>')
    .description('end a key within seconds')
    .requiredOption(...REASON)
    .action((name: string, { reason }: { reason: string }) =>
      context.withDatabase((database) => revoke({ context, database, name, reason })),
    )
  withExamples(end, 'keys revoke students-module --reason "the laptop was lost"')
}

async function create({ context, options, json }: { context: CliContext; options: CreateOptions; json: boolean }): Promise<void> {
  const { name, role, reason, days } = options
  const { actor, now, terminal } = context
  if (!KEY_NAME.test(name))
    throw new CliError(
      '--name must be 1 to 60 letters, digits, spaces, dots, hyphens or underscores, with a letter or digit at both ends.',
      EXIT.usage,
    )
  const newId = createIds({ now })
  const { key, hash } = createApiKey(role)
  const id = newId()
  const at = now()
  const expiresAt = days === undefined ? null : at + days * DAY_MS
  const audit = auditOf({ id: newId(), at, actor, action: 'key.create', targetId: id, reason, details: { name, role } })
  const made = await context.withDatabase(({ apiKeys }) =>
    apiKeys.create({ id, name, hash, role, createdAt: at, createdBy: actor, expiresAt }, audit),
  )
  if (!made) throw new CliError(`There is a key named "${name}" already; revoked ones keep their name.`)
  terminal.print(json ? jsonOf({ key, name, role, expiresAt: isoOrNull(expiresAt) }) : key)
}

async function revoke({
  context,
  database,
  name,
  reason,
}: {
  context: CliContext
  database: Database
  name: string
  reason: string
}): Promise<void> {
  const found = (await database.apiKeys.list()).find((key) => key.name === name)
  if (!found) throw new CliError(`There is no key named "${name}". \`keys list\` shows all.`)
  const at = context.now()
  const newId = createIds({ now: context.now })
  const audit = auditOf({ id: newId(), at, actor: context.actor, action: 'key.revoke', targetId: found.id, reason, details: { name } })
  if (!(await database.apiKeys.revoke({ id: found.id, at, audit }))) throw new CliError(`The key "${name}" is revoked already.`)
  context.terminal.print(`Revoked "${name}". The API stops accepting it within 10 seconds.`)
}

function auditOf(entry: Omit<AuditEntry, 'targetType'>): AuditEntry {
  return { ...entry, targetType: 'apiKey' }
}

function viewOf({ name, role, createdAt, createdBy, expiresAt, revokedAt }: ApiKey) {
  return {
    name,
    role,
    createdAt: new Date(createdAt).toISOString(),
    createdBy,
    expiresAt: isoOrNull(expiresAt),
    revokedAt: isoOrNull(revokedAt),
  }
}

function cellsOf({ name, role, createdAt, expiresAt, revokedAt }: ApiKey): string[] {
  const end = revokedAt === null ? (expiresAt === null ? 'valid' : `valid until ${dayOf(expiresAt)}`) : `revoked ${dayOf(revokedAt)}`
  return [name, role, dayOf(createdAt), end]
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
