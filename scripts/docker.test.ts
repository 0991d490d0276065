// No container engine is at hand where this is built; what can be told without one is held here: that the files, apps and settings that the
// image and the compose file name exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { APP_SCHEMAS } from './fleet/app-schemas.ts'
import { environmentExample } from './generate/environment-example.ts'

const root = resolve(import.meta.dirname, '..')
const Service = z.object({
  image: z.string(),
  command: z.unknown().optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
  secrets: z.array(z.string()).optional(),
})
const Compose = z.object({ services: z.record(z.string(), Service), secrets: z.record(z.string(), z.object({ file: z.string() })) })

const compose = Compose.parse(parse(readFileSync(resolve(root, 'docker/compose.yaml'), 'utf8'), { merge: true }))
const ours = Object.entries(compose.services).filter(([, { image }]) => image === 'rollcall')

function hasDefault(setting: z.ZodType): boolean {
  return setting.safeParse(undefined).data !== undefined
}

describe('the compose file', () => {
  test('runs every app that serves, and nothing that is not there', () => {
    const apps = readdirSync(resolve(root, 'apps')).filter((app) => !['cli', 'simulators'].includes(app))
    expect(
      ours
        .map(([name]) => name)
        .filter((name) => name !== 'migrate')
        .sort(),
    ).toEqual(apps.sort())
    for (const [, { command }] of ours) {
      const [script = ''] = z.array(z.string()).parse(command)
      expect(existsSync(resolve(root, script)), script).toBe(true)
    }
  })

  test('names a version of every image that others publish, so that nothing changes until somebody changes it here', () => {
    const images = Object.values(compose.services)
      .map(({ image }) => image)
      .filter((image) => image !== 'rollcall')
    expect(images.length).toBeGreaterThan(3)
    // A tag without a digit is a name for whatever comes; so is one that says `latest` beside a year.
    expect(images.filter((image) => !/:[^:/]*\d[^:/]*$/.test(image) || /latest/.test(image))).toEqual([])
  })

  test('sets only what the apps read', () => {
    const { content } = environmentExample()
    const known = new Set(
      [...content.matchAll(/^# ?([A-Z][A-Z0-9_]*)=/gm), ...content.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name),
    )
    const set = ours.flatMap(([, { environment = {} }]) => Object.keys(environment))
    expect(set.filter((name) => !known.has(name.replace(/_FILE$/, '')))).toEqual([])
  })

  // What has no default does nothing unless somebody can set it.
  test('passes on to each app whatever has no default, so that docker/.env can set it', () => {
    const schemas: Readonly<Record<string, z.ZodObject>> = APP_SCHEMAS
    const missing = ours.flatMap(([app, { environment = {} }]) =>
      Object.entries(schemas[app]?.shape ?? {})
        .filter(([, setting]) => setting instanceof z.ZodType && !hasDefault(setting))
        .filter(([name]) => !(name in environment) && !(`${name}_FILE` in environment))
        .map(([name]) => `${app}: ${name}`),
    )
    // Instead of the client secret that the file names.
    const instead = ['worker-create', 'worker-poll'].map((app) => `${app}: GRAPH_CLIENT_CERTIFICATE_PATH`)
    expect(missing).toEqual(instead)
  })

  test('hands each service only secrets that it names a file of, all of them declared', () => {
    for (const [name, { environment = {}, secrets = [] }] of ours) {
      const files = Object.values(environment).filter((value) => String(value).startsWith('/run/secrets/'))
      expect(files.map((file) => String(file).replace('/run/secrets/', '')).sort(), name).toEqual([...secrets].sort())
      expect(secrets.filter((secret) => !(secret in compose.secrets))).toEqual([])
    }
  })
})

test('the image gives Node the same settings as the other ways to run the fleet', () => {
  const { flags, env } = z
    .object({ flags: z.array(z.string()), env: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(resolve(root, 'scripts/node-settings.json'), 'utf8')))
  const dockerfile = readFileSync(resolve(root, 'docker/Dockerfile'), 'utf8')
  expect(dockerfile).toContain(`ENTRYPOINT ${JSON.stringify(['node', ...flags]).replaceAll(',', ', ')}`)
  for (const [name, value] of Object.entries(env)) expect(dockerfile).toMatch(new RegExp(`^ENV .*\\b${name}=${value}\\b`, 'm'))
})

test('what the pages say to run in a container of its own is a script, since the image begins with node', () => {
  const pages = ['deploy', 'operations'].map((name) => readFileSync(resolve(root, `docs/${name}.md`), 'utf8')).join('\n')
  const scripts = [...pages.matchAll(/compose\.yaml run(?: --\S+)* [a-z-]+ (\S+)/g)].map(([, script]) => script ?? '')
  expect(scripts.length).toBeGreaterThan(0)
  expect(scripts.filter((script) => !existsSync(resolve(root, script)))).toEqual([])
})

test('the image is built from the Node and the pnpm that this repository pins, and does not run as root', () => {
  const dockerfile = readFileSync(resolve(root, 'docker/Dockerfile'), 'utf8')
  const toolchain = readFileSync(resolve(root, 'scripts/toolchain.cjs'), 'utf8')
  const { packageManager } = z.object({ packageManager: z.string() }).parse(JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')))
  const node = /NODE_VERSION = '([\d.]+)'/.exec(toolchain)?.[1]
  expect(dockerfile).toContain(`node:${node}-`)
  expect(dockerfile).toContain(packageManager.split('+')[0])
  expect(dockerfile.match(/^USER (.*)$/gm)?.at(-1)).toBe('USER node')
})
