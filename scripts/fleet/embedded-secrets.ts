// What the embedded fleet must remember between starts and nobody else may read: the key that opens stored initial passwords.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

const KEY_BYTES = 32

/** Makes the key file on the first start, readable by its owner alone. @returns the value for CREDENTIAL_KEYS */
export async function embeddedCredentialKeys(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  const fresh = `embedded:${randomBytes(KEY_BYTES).toString('base64')}`
  try {
    await writeFile(file, fresh, { mode: 0o600, flag: 'wx' })
    return fresh
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return (await readFile(file, 'utf8')).trim()
  }
}
