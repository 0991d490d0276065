// `node apps/registration-service/src/seed.ts --count 100000`: fills the database with invented organisations, for trying the fleet out.
import { createDatabase } from '@rollcall/database'
import { commonEnv, readEnv } from '@rollcall/platform'
import { wholeNumber } from '@rollcall/platform/options'
import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { seedRegistrations } from './seed/seed-registrations.ts'

/** More than anybody tries a fleet out with. */
const MOST = 10_000_000

const SeedEnv = z.object({ DATABASE_URL: commonEnv.DATABASE_URL, NODE_ENV: commonEnv.NODE_ENV })

await new Command('seed')
  .description(
    'Makes invented registrations of every kind: all statuses and unknown ones, missing and double numbers, users with two registrations.',
  )
  .option('--count <organisations>', 'how many organisations', wholeNumber({ name: '--count', min: 1, max: MOST }), 100_000)
  .option('--accounts', 'with an account per organisation, as the last sync would have left it')
  .option('--changed <share>', 'of the accounts, those that do not agree with their registration, from 0 to 1', share, 0)
  .option('--seed <number>', 'the same number makes the same organisations', wholeNumber({ name: '--seed', min: 1, max: 2 ** 31 - 1 }), 1)
  .action(async (options: { readonly count: number; readonly accounts?: boolean; readonly changed: number; readonly seed: number }) => {
    const { DATABASE_URL, NODE_ENV } = readEnv(SeedEnv, process.env)
    if (NODE_ENV === 'production') throw new Error('Invented organisations have no place in production.')
    const { accounts = false, changed, count, seed } = options
    const database = await createDatabase({ url: DATABASE_URL })
    try {
      const made = await seedRegistrations({
        seeds: database.registrationSeeds,
        count,
        seed,
        now: Date.now(),
        accountsChanged: accounts ? changed : null,
        say: (line) => console.error(line),
      })
      console.log(`Made ${made.registrations} registrations and ${made.accounts} accounts; what stood already was left alone.`)
    } finally {
      await database.close()
    }
  })
  .parseAsync()

function share(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !(number >= 0 && number <= 1)) throw new InvalidArgumentError('Expected a number from 0 to 1.')
  return number
}
