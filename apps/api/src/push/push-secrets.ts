import { z } from 'zod'

/** What Standard Webhooks ask of a secret: 24 to 64 random bytes. */
const SHORTEST_SECRET = 24
const LONGEST_SECRET = 64

/** Several while they are changed: the API takes both until the service has the new one. */
export const pushSecretsSetting = z
  .string()
  .default('')
  .transform((list) => list.split(',').flatMap((secret) => (secret.trim() === '' ? [] : [secret.trim()])))
  .refine((secrets) => secrets.every(isPushSecret), {
    error: `expected whsec_ and ${SHORTEST_SECRET} to ${LONGEST_SECRET} bytes in base64; several with commas between`,
  })
  .describe(
    'Signs what the registration service pushes: whsec_ and 24 to 64 random bytes in base64, the same here and in the API, which takes several with commas between while they are changed.',
  )

function isPushSecret(text: string): boolean {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1]
  if (base64 === undefined) return false
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 && bytes.length >= SHORTEST_SECRET && bytes.length <= LONGEST_SECRET
}
