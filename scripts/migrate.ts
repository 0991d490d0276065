// Applies prisma/migrations to the database of DATABASE_URL or DATABASE_URL_FILE (by default the embedded SQLite file).
//   node scripts/migrate.ts deploy                 applies what is pending; safe from several processes at once
//   node scripts/migrate.ts status                 lists the migrations; exits 1 unless all are applied
//   node scripts/migrate.ts resolve <migration>    lets a failed migration run again, after its remains were repaired
import {
  DatabaseUrlError,
  deployMigrations,
  MigrationError,
  readMigrationStatuses,
  resolveFailedMigration,
} from '@rollcall/database/migrate'
import { CodedError } from '@rollcall/engine'
import { commonEnv, readEnv } from '@rollcall/platform'
import { z } from 'zod'

const USAGE = 'Usage: node scripts/migrate.ts deploy | status | resolve <migration>'

/** Answers the exit code. */
async function run([command, name, ...others]: readonly string[]): Promise<number> {
  const { DATABASE_URL: url } = readEnv(z.object({ DATABASE_URL: commonEnv.DATABASE_URL }), process.env)
  const surplus = others.length > 0 || (command !== 'resolve' && name !== undefined)
  if (command === 'deploy' && !surplus) {
    const applied = await deployMigrations({ url })
    console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
    return 0
  }
  if (command === 'status' && !surplus) {
    const statuses = await readMigrationStatuses({ url })
    for (const { name, state } of statuses) console.log(`${state.padEnd(8)} ${name}`)
    return statuses.every(({ state }) => state === 'applied' || state === 'unknown') ? 0 : 1
  }
  if (command === 'resolve' && name && !surplus) {
    const resolved = await resolveFailedMigration({ url, name })
    console.log(resolved ? `${name} is marked as rolled back; deploy will run it again.` : `${name} is not recorded as failed.`)
    return resolved ? 0 : 1
  }
  console.error(USAGE)
  return 2
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  // What an operator can act on needs no stack trace.
  const expected = error instanceof MigrationError || error instanceof DatabaseUrlError || error instanceof CodedError
  console.error(expected ? error.message : error)
  process.exitCode = 1
}
