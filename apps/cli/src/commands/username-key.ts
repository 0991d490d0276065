import { createIds } from '@rollcall/engine'
import { fingerprintOf, readEnv, USERNAME_KEY, usernameKeySetting } from '@rollcall/platform'
import type { Command } from 'commander'
import { z } from 'zod'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { confirm } from '../terminal/confirm.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'

const KeyEnv = z.object({ USERNAME_KEY: usernameKeySetting })

interface Options {
  readonly reason: string
  readonly yes?: true
}

/** `username-key exchange`: works on the database, since the API holds no way to the key. */
export function addUsernameKeyCommands(program: Command, context: CliContext): void {
  const usernameKey = program
    .command('username-key')
    .description('the key that usernames follow from (works on the database of DATABASE_URL, with USERNAME_KEY)')
  const exchange = usernameKey
    .command('exchange')
    .description('accept the USERNAME_KEY given here in place of the one that the database knows; worker-persist must be stopped')
    .requiredOption(...REASON)
    .option('--yes', 'do not ask')
    .action((options: Options) => exchangeKey({ context, options, json: wantsJson(exchange) }))
  withExamples(exchange, 'username-key exchange --reason "the key of 2026 is lost"')
}

const NAME_BOTH = 'Stop it, and name the database and the key: docs/operations.md, "Exchange USERNAME_KEY".'
const WHAT_IT_COSTS = [
  'Every worker-persist must be stopped: one that runs goes on by the key that it has.',
  'Whoever has an account of which the database knows nothing, as after a restore, is not found under another key, and may get a second one.',
  'Look with `pnpm rollcall directory strangers` first, and take their names back.',
].join(' ')

async function exchangeKey({ context, options, json }: { context: CliContext; options: Options; json: boolean }): Promise<void> {
  const { actor, now, terminal } = context
  const { env, file } = await context.settings()
  // The file's settings win: whatever key is given here, it would be the fleet's own that is compared.
  if (file !== null) throw new CliError(`The fleet of ${file} runs, worker-persist with it. ${NAME_BOTH}`, EXIT.usage)
  const fingerprint = fingerprintOf(readEnv(KeyEnv, env).USERNAME_KEY)
  const end = (outcome: keyof typeof SAYS) => (json ? terminal.print(jsonOf({ outcome })) : terminal.print(SAYS[outcome]))

  await context.withDatabase(async ({ keyFingerprints }) => {
    const known = await keyFingerprints.find(USERNAME_KEY)
    if (!known) return end('noneKnown')
    if (known.fingerprint === fingerprint) return end('sameKey')
    if (!options.yes) terminal.note(WHAT_IT_COSTS)
    if (!(await confirm({ terminal, question: 'Accept the other key?', yes: options.yes === true }))) return end('left')
    const at = now()
    const audit = {
      ...{ id: createIds({ now })(), at, actor, action: 'usernameKey.exchange', targetType: 'key', targetId: USERNAME_KEY },
      ...{ reason: options.reason, details: { from: known.fingerprint, to: fingerprint } },
    }
    const to = { setting: USERNAME_KEY, fingerprint, recordedAt: at, recordedBy: actor }
    if (!(await keyFingerprints.exchange({ from: known.fingerprint, to, audit })))
      throw new CliError('Somebody else has exchanged the key meanwhile. Look with `pnpm rollcall doctor`.')
    end('exchanged')
  })
}

const SAYS = {
  noneKnown: 'The database knows no key yet: worker-persist records the first that it starts with.',
  sameKey: 'The database knows this key already.',
  left: 'Nothing was exchanged.',
  exchanged: 'Exchanged. Start every worker-persist with this key; with the other one it does not start any more.',
} as const
