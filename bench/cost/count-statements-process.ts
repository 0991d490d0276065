// Loaded into a process of the fleet before its own code (node --import): counts the statements that reach SQLite and keeps the count in a file
// named after the process, in the folder that this module's own address names.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'

const TOLD_EVERY_MS = 50
const folder = new URL(import.meta.url).searchParams.get('folder') ?? '.'
let statements = 0
let told = -1

for (const name of ['run', 'get', 'all', 'iterate'] as const) countCalls(StatementSync.prototype, name)
countCalls(DatabaseSync.prototype, 'exec')

setInterval(() => {
  if (told === statements) return
  told = statements
  writeFileSync(join(folder, String(process.pid)), String(told))
}, TOLD_EVERY_MS).unref()

function countCalls<Name extends string>(prototype: Record<Name, (...args: never[]) => unknown>, name: Name): void {
  const original = prototype[name]
  prototype[name] = function counted(this: unknown, ...args: never[]) {
    statements += 1
    return original.apply(this, args)
  }
}
