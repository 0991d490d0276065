// Seals what must not stand in clear anywhere: AES-256-GCM, one random nonce per secret, the caller's context bound in.
// What must always hold: what is sealed under one context does not open under another; a change of a single bit is noticed; the key id stands
// beside what it sealed, so that keys can be exchanged while old secrets are still read.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { CodedError } from '@rollcall/engine'
import { z } from 'zod'
import { platformErrors } from './errors.ts'

/** As the systems know it: `RotatingSealer` of `@rollcall/provisioning` has the same shape. */
export interface Sealer {
  /** @returns `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url */
  seal(secret: { readonly plain: string; readonly context: string }): string
  /** @throws CodedError SEALED_UNREADABLE, SEALING_KEY_MISSING */
  open(secret: { readonly sealed: string; readonly context: string }): string
  /** The ids of its keys; the first one seals. */
  readonly keyIds: readonly [string, ...string[]]
  /** Under which key something was sealed, whether or not that key is known here; null for what no sealer made. */
  keyIdOf(sealed: string): string | null
}

export interface SealingKey {
  readonly id: string
  /** An opaque object rather than bytes: it shows nothing when settings are printed by mistake. */
  readonly key: KeyObject
}

const VERSION = 'v1'
const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** CREDENTIAL_KEYS: `id:base64key[,id:base64key]`; the first one seals, all of them open. */
export const sealingKeysSetting = z
  .string()
  .transform((text, context) => {
    const keys = text.split(',').map((entry) => parseKey(entry.trim()))
    const wrong = keys.indexOf(null)
    const found = keys.filter((key) => key !== null)
    if (wrong >= 0) context.addIssue(`entry ${wrong + 1} is not id:key with a key of ${KEY_BYTES} bytes in base64`)
    if (new Set(found.map(({ id }) => id)).size !== found.length) context.addIssue('two keys have the same id')
    return found
  })
  .describe('Keys that seal initial passwords: id:base64key[,id:base64key], 32 bytes each; the first seals, all open.')

function parseKey(entry: string): SealingKey | null {
  const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry) ?? []
  if (id === undefined || encoded === undefined) return null
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.length === KEY_BYTES ? { id, key: createSecretKey(bytes) } : null
}

/** @param keys the first one seals, all of them open */
export function createSealer({ keys }: { readonly keys: readonly SealingKey[] }): Sealer {
  const [current, ...older] = keys
  if (!current) throw new Error('A sealer needs at least one key.')
  const byId = new Map(keys.map((key) => [key.id, key.key]))

  return {
    seal({ plain, context }) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, current.key, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(boundTo({ keyId: current.id, context }))
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [VERSION, current.id, nonce.toString('base64url'), sealed.toString('base64url')].join('.')
    },

    keyIds: [current.id, ...older.map(({ id }) => id)],
    keyIdOf: (sealed) => partsOf(sealed)?.keyId ?? null,

    open({ sealed, context }) {
      const parts = partsOf(sealed)
      if (!parts) throw new CodedError(platformErrors.SEALED_UNREADABLE, `Expected ${VERSION}.<key id>.<nonce>.<ciphertext>.`)
      const { keyId, nonce, bytes } = parts
      const key = byId.get(keyId)
      if (!key) throw new CodedError(platformErrors.SEALING_KEY_MISSING, `Its id is ${keyId}; add it to CREDENTIAL_KEYS.`)
      return decrypt({ key, keyId, nonce, bytes, context })
    },
  }
}

interface Parts {
  readonly keyId: string
  readonly nonce: Buffer
  /** Ciphertext and tag. */
  readonly bytes: Buffer
}

interface Sealed extends Parts {
  readonly key: KeyObject
  readonly context: string
}

/** Null for what no sealer made. */
function partsOf(sealed: string): Parts | null {
  const [version, keyId = '', nonce = '', rest = '', ...more] = sealed.split('.')
  const bytes = Buffer.from(rest, 'base64url')
  if (version !== VERSION || more.length > 0 || bytes.length < TAG_BYTES) return null
  return { keyId, nonce: Buffer.from(nonce, 'base64url'), bytes }
}

function decrypt({ key, keyId, nonce, bytes, context }: Sealed): string {
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(boundTo({ keyId, context }))
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new CodedError(platformErrors.SEALED_UNREADABLE, 'It was sealed for something else, or changed since.', { cause })
  }
}

function boundTo({ keyId, context }: { readonly keyId: string; readonly context: string }): Buffer {
  return Buffer.from([VERSION, keyId, context].join('.'), 'utf8')
}
