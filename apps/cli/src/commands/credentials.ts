import type { LostPassword, LostPasswords } from '@rollcall/database'
import { createIds } from '@rollcall/engine'
import { createSealer, readEnv, sealingKeysSetting } from '@rollcall/platform'
import { countSealedByKey, resealCredentials } from '@rollcall/provisioning'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { plain } from '../terminal/plain.ts'
import { table } from '../terminal/table.ts'
import { shownAge } from '../terminal/times.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'

const KeysEnv = z.object({ CREDENTIAL_KEYS: sealingKeysSetting })

/** `credentials keys`, `credentials rotate`: the keys that seal initial passwords. They work on the database, since the API holds no way to. */
export function addCredentialsCommands(program: Command, context: CliContext): void {
  const credentials = program
    .command('credentials')
    .description('the keys that seal initial passwords (works on the database of DATABASE_URL, with CREDENTIAL_KEYS)')
  const keys = credentials
    .command('keys')
    .description('how many passwords each key has sealed. Exit 1: a key that is needed is missing')
    .action(() => countKeys({ context, json: wantsJson(keys) }))
  withExamples(keys, 'credentials keys')

  const lost = credentials
    .command('lost')
    .description('accounts that were adopted with a password of their own: whoever needs one has it reset in the directory')
    .requiredOption('--since <time>', 'found out since then, e.g. 2026-09-01T00:00:00Z', wholeTime)
    .action(({ since }: { since: number }) => listLost({ context, since, json: wantsJson(lost) }))
  withExamples(lost, 'credentials lost --since 2026-09-01T09:50:00Z')

  const rotate = credentials
    .command('rotate')
    .description('seal everything anew with the first key; can be broken off and begun again. Exit 1: something could not be opened')
    .requiredOption(...REASON)
    .action(({ reason }: { reason: string }) => rotateKeys({ context, reason, json: wantsJson(rotate) }))
  withExamples(rotate, 'credentials rotate --reason "yearly rotation"')
}

const PER_PAGE = 1_000

async function listLost({ context, since, json }: { context: CliContext; since: number; json: boolean }): Promise<void> {
  const { interrupted, terminal, now } = context
  const found = await context.withDatabase(({ lostPasswords }) => allLost({ lostPasswords, since, signal: interrupted }))
  const accounts = found.map(({ erasedAt, ...one }) => ({ ...one, erasedAt: new Date(erasedAt).toISOString() }))
  if (json) return terminal.print(jsonOf({ accounts }))
  if (accounts.length === 0) return terminal.note('No account was adopted with a password of its own since then.')
  const cells = accounts.map(({ personId, kind, sysUserId, erasedAt }) => [
    plain(personId),
    kind,
    sysUserId ?? '',
    shownAge(erasedAt, now()),
  ])
  for (const line of table(['person', 'kind', 'user', 'found out'], cells)) terminal.print(line)
}

/** However many: a restore may have cost a whole year's. */
async function allLost({
  lostPasswords,
  since,
  signal,
}: {
  lostPasswords: LostPasswords
  since: number
  signal: AbortSignal
}): Promise<LostPassword[]> {
  const found: LostPassword[] = []
  for (;;) {
    signal.throwIfAborted()
    const page = await lostPasswords.since({ since, after: found.at(-1) ?? null, limit: PER_PAGE })
    found.push(...page)
    if (page.length < PER_PAGE) return found
  }
}

/** @throws InvalidArgumentError, which Commander says */
function wholeTime(text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new InvalidArgumentError('Expected a time such as 2026-09-01T00:00:00Z.')
  return time
}

async function sealerOf(context: CliContext) {
  const { env } = await context.settings()
  return createSealer({ keys: readEnv(KeysEnv, env).CREDENTIAL_KEYS })
}

async function countKeys({ context, json }: { context: CliContext; json: boolean }): Promise<void> {
  const { terminal } = context
  const sealer = await sealerOf(context)
  const counts = await context.withDatabase(({ credentials }) => countSealedByKey({ credentials, sealer }))
  const keys = [...counts].map(([keyId, sealed]) => ({ keyId, sealed, state: stateOf({ keyId, keyIds: sealer.keyIds }) }))
  if (keys.some(({ state }) => state === 'missing')) context.end(EXIT.bad)
  if (json) return terminal.print(jsonOf({ keys }))
  const cells = keys.map(({ keyId, sealed, state }) => [keyId, sealed, SAYS[state]])
  for (const line of table(['key', 'passwords', 'state'], cells)) terminal.print(line)
}

const SAYS = {
  first: 'seals what is new',
  known: 'opens; can be taken away once it has none and every worker-persist has the new first key',
  missing: 'NOT in CREDENTIAL_KEYS: put it back, or these passwords cannot be handed out',
} as const

function stateOf({ keyId, keyIds }: { keyId: string; keyIds: readonly string[] }): keyof typeof SAYS {
  if (keyId === keyIds[0]) return 'first'
  return keyIds.includes(keyId) ? 'known' : 'missing'
}

async function rotateKeys({ context, reason, json }: { context: CliContext; reason: string; json: boolean }): Promise<void> {
  const { terminal, now, actor, interrupted } = context
  const sealer = await sealerOf(context)
  const counts = await context.withDatabase(async ({ audit, credentials }) => {
    const total = [...(await countSealedByKey({ credentials, sealer })).values()].reduce((sum, count) => sum + count, 0)
    const [firstKey] = sealer.keyIds
    const entry = { id: createIds({ now })(), at: now(), actor, action: 'credential.rotate', targetType: 'sealingKey', targetId: firstKey }
    await audit.append({ ...entry, reason, details: { total } })
    const bar = terminal.progress({ label: 'Sealing', total })
    try {
      return await resealCredentials({ credentials, sealer, signal: interrupted, onBatch: ({ looked }) => bar.update(looked) })
    } finally {
      bar.stop()
    }
  })
  if (counts.unreadable > 0) context.end(EXIT.bad)
  if (json) return terminal.print(jsonOf(counts))
  terminal.print(`${counts.resealed} sealed anew, ${counts.current} were under the first key already, ${counts.changed} changed meanwhile.`)
  if (counts.unreadable > 0)
    terminal.print(`${counts.unreadable} could not be opened: \`pnpm rollcall credentials keys\` names the missing key.`)
}
