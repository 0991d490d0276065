// A thread of its own, since VACUUM is synchronous and takes a second for 200 MB. Whoever wants to write meanwhile waits, whoever reads does not.
import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'

const BUSY_TIMEOUT_MS = 10_000

const db = new DatabaseSync(fileOf(workerData))
try {
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; VACUUM`)
} finally {
  db.close()
}

/** `rewriteFile` alone starts this thread, with the path. */
function fileOf(data: unknown): string {
  return data as string
}
