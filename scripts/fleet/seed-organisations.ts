import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { REPOSITORY } from './repository.ts'

/** Invented organisations with an account each, by the registration service's own command. @param changed the share of accounts that do not agree */
export async function seedOrganisations({
  databaseUrl,
  count,
  changed,
}: {
  readonly databaseUrl: string
  readonly count: number
  readonly changed: number
}): Promise<void> {
  const command = join(REPOSITORY, 'apps', 'registration-service', 'src', 'seed.ts')
  const args = [command, '--count', String(count), '--accounts', '--changed', String(changed)]
  const { PATH = '', HOME = '' } = process.env
  await promisify(execFile)(process.execPath, args, { cwd: REPOSITORY, env: { PATH, HOME, DATABASE_URL: databaseUrl } })
}
