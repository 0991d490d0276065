import type { Database } from '@rollcall/database'
import { createSealer, type Environment, sealingKeysSetting } from '@rollcall/platform'
import { countSealedByKey } from '@rollcall/provisioning'
import { z } from 'zod'
import { collectFindings, type Finding } from './finding.ts'
import { readSettings } from './read-settings.ts'

const KeysEnv = z.object({ CREDENTIAL_KEYS: sealingKeysSetting.optional() })

/** Is every key here that sealed an initial password which is still kept? */
export async function checkSealingKeys({ database, env }: { readonly database: Database; readonly env: Environment }): Promise<Finding[]> {
  const findings = collectFindings('credentials')
  const keys = readSettings(KeysEnv, env)?.CREDENTIAL_KEYS
  if (!keys) {
    findings.warning(
      'CREDENTIAL_KEYS is not set here: whether every key is there cannot be said.',
      'Run the doctor where worker-persist runs.',
    )
    return [...findings.all]
  }
  const sealer = createSealer({ keys })
  const counts = await countSealedByKey({ credentials: database.credentials, sealer })
  for (const [id, count] of counts) {
    if (sealer.keyIds.includes(id) || count === 0) continue
    findings.wrong(
      `${count} initial passwords are sealed with the key ${id}, which is not in CREDENTIAL_KEYS.`,
      `Put the key ${id} back: without it they cannot be handed out.`,
    )
  }
  if (findings.all.length === 0) findings.ok('Every key that sealed an initial password is there.')
  return [...findings.all]
}
