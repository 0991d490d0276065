// What the docs say of the repository's shape, held against the repository.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REPOSITORY } from './fleet/repository.ts'

/** Which of our packages each of them may import at run time; apps may import any. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  provisioning: ['engine'],
  operations: ['engine'],
  alerts: ['engine'],
  'status-sync': ['engine'],
  graph: ['engine', 'provisioning', 'status-sync'],
  registrations: ['engine', 'status-sync'],
  database: ['alerts', 'engine', 'operations', 'provisioning', 'status-sync'],
  platform: ['engine'],
  client: [],
}

/** As GitHub makes it of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

describe('a package', () => {
  const packages = globSync('packages/*/package.json', { cwd: REPOSITORY }).map((file) => dirname(file).slice('packages/'.length))

  test('is known to the rules of who may import whom', () => {
    expect(packages.toSorted()).toEqual(Object.keys(MAY_IMPORT).toSorted())
  })

  test('may import what docs/architecture.md says', () => {
    const text = readFileSync(join(REPOSITORY, 'docs/architecture.md'), 'utf8')
    const table = /\| package \| of ours it imports \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(text)?.[1] ?? ''
    const named = (cell = '') => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name).toSorted()
    const told = table.split('\n').flatMap((row) => {
      const [, those, others] = row.split('|')
      return named(those).map((name) => [name, named(others)] as const)
    })
    expect(Object.fromEntries(told)).toEqual(MAY_IMPORT)
    expect(told).toHaveLength(Object.keys(MAY_IMPORT).length)
  })

  test.each(packages)('%s imports no more than it may', (name) => {
    const { dependencies = {} } = JSON.parse(readFileSync(join(REPOSITORY, 'packages', name, 'package.json'), 'utf8'))
    const ours = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@rollcall/'))
    expect(ours.toSorted()).toEqual((MAY_IMPORT[name] ?? []).map((other) => `@rollcall/${other}`))
  })

  test('of a system never loads Graph, Prisma or BullMQ', () => {
    const sources = globSync('packages/{alerts,provisioning,operations,status-sync}/src/**/*.ts', { cwd: REPOSITORY }).map((file) =>
      readFileSync(join(REPOSITORY, file), 'utf8'),
    )
    expect(sources.filter((source) => /from '(?:bullmq|ioredis|@prisma|@microsoft|@azure)/.test(source))).toEqual([])
  })
})

describe('a document', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    ...globSync('{docs,apps,packages}/**/*.md', { cwd: REPOSITORY, exclude: ['**/node_modules/**'] }),
  ]

  test.each(documents)('%s cites only files that exist', (file) => {
    const text = readFileSync(join(REPOSITORY, file), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => join(dirname(file), target))
    const paths = [...text.matchAll(/`((?:apps|packages|prisma|scripts|docs|e2e|bench|examples)\/[\w./-]+)`/g)].map(
      ([, target = '']) => target,
    )
    expect([...links, ...paths].filter((target) => !existsSync(join(REPOSITORY, target)))).toEqual([])
  })

  test.each(documents)('%s links only to headings that there are', (file) => {
    const text = readFileSync(join(REPOSITORY, file), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*\.md)?#([^)]+)\)/g)]
    const missing = links.filter(([, target, heading = '']) => {
      const linked = readFileSync(target ? join(REPOSITORY, dirname(file), target) : join(REPOSITORY, file), 'utf8')
      return ![...linked.matchAll(/^#+ (.+)$/gm)].some(([, title = '']) => anchorOf(title) === heading)
    })
    expect(missing.map(([link]) => link)).toEqual([])
  })

  test('tells of every fault test, and of none that there is not', () => {
    const text = readFileSync(join(REPOSITORY, 'docs/reliability.md'), 'utf8')
    const told = [...text.matchAll(/\| `([\w-]+)` \|$/gm)].map(([, name]) => name)
    const files = globSync('e2e/faults/*.test.ts', { cwd: REPOSITORY }).map((file) => basename(file, '.test.ts'))
    expect([...new Set(told)].toSorted()).toEqual(files.toSorted())
  })
})
