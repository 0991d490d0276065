import type { Database } from '@rollcall/database'
import { type Environment, fingerprintOf, USERNAME_KEY, usernameKeySetting } from '@rollcall/platform'
import { z } from 'zod'
import { shownTime } from '../terminal/times.ts'
import { collectFindings, type Finding } from './finding.ts'
import { readSettings } from './read-settings.ts'

const KeyEnv = z.object({ USERNAME_KEY: usernameKeySetting.optional() })

/** Is the key here the one that the names of this database follow from? Only looks: worker-persist records. */
export async function checkUsernameKey({ database, env }: { readonly database: Database; readonly env: Environment }): Promise<Finding[]> {
  const findings = collectFindings('usernames')
  const key = readSettings(KeyEnv, env)?.USERNAME_KEY
  const known = await database.keyFingerprints.find(USERNAME_KEY)
  if (!key)
    findings.warning(
      'USERNAME_KEY is not set here: whether it is the one of this database cannot be said.',
      'Run the doctor where worker-persist runs.',
    )
  else if (!known) findings.ok('No USERNAME_KEY is recorded yet: worker-persist records the first that it starts with.')
  else if (known.fingerprint === fingerprintOf(key)) findings.ok('USERNAME_KEY is the one that usernames of this database follow from.')
  else
    findings.wrong(
      `USERNAME_KEY is not the one that this database has known since ${shownTime(new Date(known.recordedAt).toISOString())}: worker-persist does not start.`,
      'Put that key back, after a restore the one of the backup; where it is lost: `pnpm rollcall username-key exchange`.',
    )
  return [...findings.all]
}
