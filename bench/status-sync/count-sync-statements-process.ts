// Loaded into a worker before its own code (node --import): counts the statements that reach SQLite for the status sync, those of the worker's
// upkeep aside, and keeps the counts in a file named after the process, in the folder that this module's own address names.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'

const TOLD_EVERY_MS = 50
const TABLES = /\[(?:OrganisationAccount|SyncRun|SyncItem)\]/
/** Written for whoever is not unchanged: the findings among the seeded organisations. */
const ITEMS = /INSERT INTO \[SyncItem\]/
const folder = new URL(import.meta.url).searchParams.get('folder') ?? '.'
/** `work` reads and writes accounts and where the run is at; `around` is what comes with it: begin and end of transactions, items of findings. */
const counts = { work: 0, around: 0 }
let told = ''
let isOurs = false

for (const name of ['run', 'get', 'all', 'iterate'] as const) {
  const original: (this: StatementSync, ...args: never[]) => unknown = StatementSync.prototype[name]
  Object.assign(StatementSync.prototype, {
    [name](this: StatementSync, ...args: never[]) {
      count(this.sourceSQL)
      return original.apply(this, args)
    },
  })
}
const exec = DatabaseSync.prototype.exec
DatabaseSync.prototype.exec = function counted(sql) {
  if (/^BEGIN/.test(sql)) isOurs = false
  if (/^COMMIT/.test(sql) && isOurs) counts.around += 2
  return exec.call(this, sql)
}

function count(sql: string): void {
  if (!TABLES.test(sql)) return
  if (ITEMS.test(sql)) counts.around += 1
  else counts.work += 1
  isOurs = true
}

setInterval(() => {
  const now = JSON.stringify(counts)
  if (now === told) return
  told = now
  writeFileSync(join(folder, String(process.pid)), told)
}, TOLD_EVERY_MS).unref()
