// What the embedded fleet must remember between starts and nobody else may read: the key that opens stored initial passwords, the one that
// usernames follow from, and what the registration service and those around it know each other by.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createApiKey } from '@rollcall/platform'

const KEY_BYTES = 32

/** Makes the key file on the first start, readable by its owner alone. @returns the value for CREDENTIAL_KEYS */
export async function embeddedCredentialKeys(file: string): Promise<string> {
  return keptIn({ file, fresh: `embedded:${randomBytes(KEY_BYTES).toString('base64')}` })
}

/** The same for the digits of usernames. @returns the value for USERNAME_KEY */
export async function embeddedUsernameKey(file: string): Promise<string> {
  return keptIn({ file, fresh: randomBytes(KEY_BYTES).toString('base64') })
}

/** The same for what signs the pushes of the registration service. @returns the value for REGISTRATION_PUSH_SECRET */
export async function embeddedPushSecret(file: string): Promise<string> {
  return keptIn({ file, fresh: `whsec_${randomBytes(KEY_BYTES).toString('base64')}` })
}

/** The key with which worker-sync asks the registration service; whether the database knows it is another question. */
export async function embeddedServiceKey(file: string): Promise<string> {
  return keptIn({ file, fresh: createApiKey('service').key })
}

async function keptIn({ file, fresh }: { readonly file: string; readonly fresh: string }): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  try {
    await writeFile(file, fresh, { mode: 0o600, flag: 'wx' })
    return fresh
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return (await readFile(file, 'utf8')).trim()
  }
}
