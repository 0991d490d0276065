// Loaded into a worker before its own code (node --import): counts every statement that reaches SQLite, begin and end of transactions and the
// worker's upkeep included, and keeps the count in a file named after the process and its thread, in the folder that this module's own address names.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { threadId } from 'node:worker_threads'

const TOLD_EVERY_MS = 50
/** What a connection is asked of itself, not of the database. */
const OF_ITSELF = /total_changes\(\)/
const folder = new URL(import.meta.url).searchParams.get('folder') ?? '.'
let count = 0
let told = -1

for (const name of ['run', 'get', 'all', 'iterate'] as const) {
  const original: (this: StatementSync, ...args: never[]) => unknown = StatementSync.prototype[name]
  Object.assign(StatementSync.prototype, {
    [name](this: StatementSync, ...args: never[]) {
      if (!OF_ITSELF.test(this.sourceSQL)) count += 1
      return original.apply(this, args)
    },
  })
}
const exec = DatabaseSync.prototype.exec
DatabaseSync.prototype.exec = function counted(sql) {
  count += sql.split(';').filter((statement) => statement.trim() !== '').length
  return exec.call(this, sql)
}

setInterval(() => {
  if (count === told) return
  told = count
  writeFileSync(join(folder, `${process.pid}-${threadId}`), String(count))
}, TOLD_EVERY_MS).unref()
