// .env.example: every setting of every app with its sentence, read from the schemas that validate them.
import { z } from 'zod'
import { APP_SCHEMAS } from '../fleet/app-schemas.ts'
import type { GeneratedFile } from './generated-file.ts'

const APPS: Readonly<Record<string, z.ZodObject>> = APP_SCHEMAS

const HEAD = [
  '# Every setting, with its default where it has one. Generated from the apps’ schemas by `pnpm generate`.',
  '# Each may come from a file instead: NAME_FILE holds the path. An empty value counts as unset.',
  '',
]

export function environmentExample(): GeneratedFile {
  const names = new Set(Object.values(APPS).flatMap((schema) => Object.keys(schema.shape)))
  const blocks = [...names].map((name) => blockOf(name))
  return { path: '.env.example', content: [...HEAD, ...blocks.flat()].join('\n') }
}

function blockOf(name: string): string[] {
  const readers = Object.entries(APPS).filter(([, { shape }]) => name in shape)
  const settings = readers.map(([, { shape }]) => shape[name]).filter((setting) => setting instanceof z.ZodType)
  const description = settings.find((setting) => setting.description)?.description
  if (!description) throw new Error(`The setting ${name} has no sentence: give it a description in its app's env.ts.`)
  const defaults = [...new Set(settings.map(defaultOf))]
  const who = readers.length === Object.keys(APPS).length ? 'all' : readers.map(([app]) => app).join(', ')
  return [`# ${description} (${who})`, `#${name}=${defaults.length === 1 ? (defaults[0] ?? '') : ''}`, '']
}

function defaultOf(setting: unknown): string {
  // What is read as something else than it is written as has its default behind that.
  if (setting instanceof z.ZodPipe) return defaultOf(setting.in)
  return setting instanceof z.ZodDefault ? String(setting.def.defaultValue) : ''
}
