import { API_ROLES, type ApiKey, type Database } from '@rollcall/database'
import { type AuditEntry, createIds, systemClock } from '@rollcall/engine'
import { createApiKey } from '@rollcall/platform'
import { type Command, Option } from 'commander'
import type { CommandDeps } from '../create-program.ts'

const DAY_MS = 86_400_000
/** Names tell callers apart in logs, runs and the audit: plain letters, so that no two look alike. */
const KEY_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,58}[A-Za-z0-9])?$/

interface CreateOptions {
  readonly name: string
  readonly role: (typeof API_ROLES)[number]
  readonly reason: string
  readonly days?: number
}

/** `keys create`, `keys list`, `keys revoke`: who may call the API. */
export function addKeysCommands(program: Command, deps: CommandDeps): void {
  const keys = program.command('keys').description('API keys')
  keys
    .command('create')
    .description('make a key and show it once')
    .requiredOption('--name <name>', 'whose key it is; stands in the audit log and in requestedBy')
    .addOption(new Option('--role <role>', 'what it may do').choices([...API_ROLES]).makeOptionMandatory())
    .requiredOption('--reason <reason>', 'why it is made')
    .option('--days <days>', 'after how many days it ends', wholeDays)
    .action((options: CreateOptions) => withDatabase(deps, (database) => create({ database, deps, options })))
  keys
    .command('list')
    .description('all keys, revoked ones too')
    .action(() => withDatabase(deps, async ({ apiKeys }) => deps.out((await apiKeys.list()).map(lineOf).join('\n'))))
  keys
    .command('revoke <name>')
    .description('end a key within seconds')
    .requiredOption('--reason <reason>', 'why it ends')
    .action((name: string, { reason }: { reason: string }) => withDatabase(deps, (database) => revoke({ database, deps, name, reason })))
}

async function create({ database, deps, options }: { database: Database; deps: CommandDeps; options: CreateOptions }): Promise<void> {
  const { name, role, reason, days } = options
  if (!KEY_NAME.test(name))
    throw new Error('--name must be 1 to 60 letters, digits, spaces, dots, hyphens or underscores, with a letter or digit at both ends.')
  const newId = createIds(systemClock)
  const { key, hash } = createApiKey(role)
  const id = newId()
  const at = systemClock.now()
  const expiresAt = days === undefined ? null : at + days * DAY_MS
  const audit = auditOf({ id: newId(), at, actor: deps.actor, action: 'key.create', targetId: id, reason, details: { name, role } })
  const made = await database.apiKeys.create({ id, name, hash, role, createdAt: at, createdBy: deps.actor, expiresAt }, audit)
  if (!made) throw new Error(`There is a key named "${name}" already; revoked ones keep their name.`)
  deps.out(key)
}

async function revoke({
  database,
  deps,
  name,
  reason,
}: {
  database: Database
  deps: CommandDeps
  name: string
  reason: string
}): Promise<void> {
  const found = (await database.apiKeys.list()).find((key) => key.name === name)
  if (!found) throw new Error(`There is no key named "${name}". \`keys list\` shows all.`)
  const at = systemClock.now()
  const newId = createIds(systemClock)
  const audit = auditOf({ id: newId(), at, actor: deps.actor, action: 'key.revoke', targetId: found.id, reason, details: { name } })
  if (!(await database.apiKeys.revoke({ id: found.id, at, audit }))) throw new Error(`The key "${name}" is revoked already.`)
  deps.out(`Revoked "${name}". The API stops accepting it within 10 seconds.`)
}

function auditOf(entry: Omit<AuditEntry, 'targetType'>): AuditEntry {
  return { ...entry, targetType: 'apiKey' }
}

async function withDatabase(deps: CommandDeps, work: (database: Database) => Promise<void>): Promise<void> {
  const database = await deps.openDatabase()
  try {
    await work(database)
  } finally {
    await database.close()
  }
}

function lineOf({ name, role, createdAt, expiresAt, revokedAt }: ApiKey): string {
  const date = (at: number) => new Date(at).toISOString().slice(0, 10)
  const end = revokedAt === null ? (expiresAt === null ? 'valid' : `valid until ${date(expiresAt)}`) : `revoked ${date(revokedAt)}`
  return [name.padEnd(32), role.padEnd(9), `made ${date(createdAt)}`, end].join('  ')
}

function wholeDays(value: string): number {
  const days = Number(value)
  if (!Number.isInteger(days) || days < 1) throw new Error(`--days must be a whole number of days from 1 on; it is "${value}".`)
  return days
}
