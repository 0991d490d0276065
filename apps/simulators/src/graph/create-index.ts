import { type Properties, textAt } from './records.ts'

interface Indexed {
  readonly id: string
  properties: Properties
}

/** Finds records by the text of chosen properties, ignoring case as the directory does. */
export interface PropertyIndex<T extends Indexed> {
  readonly paths: readonly string[]
  add(record: T): void
  remove(record: T): void
  find(query: { path: string; value: string }): readonly T[]
  clear(): void
}

export function createIndex<T extends Indexed>(paths: readonly string[]): PropertyIndex<T> {
  const tables = new Map(paths.map((path) => [path, new Map<string, Set<T>>()]))
  const eachKey = ({ record, visit }: { record: T; visit: (table: Map<string, Set<T>>, key: string) => void }) => {
    for (const [path, table] of tables) {
      const text = textAt({ properties: record.properties, path })
      if (text !== undefined) visit(table, text.toLowerCase())
    }
  }
  return {
    paths,
    add: (record) =>
      eachKey({
        record,
        visit: (table, key) => {
          const bucket = table.get(key)
          if (bucket === undefined) table.set(key, new Set([record]))
          else bucket.add(record)
        },
      }),
    remove: (record) =>
      eachKey({
        record,
        visit: (table, key) => {
          const bucket = table.get(key)
          if (bucket?.delete(record) === true && bucket.size === 0) table.delete(key)
        },
      }),
    find: ({ path, value }) => [...(tables.get(path)?.get(value.toLowerCase()) ?? [])],
    clear: () => {
      for (const table of tables.values()) table.clear()
    },
  }
}
