// What is left of erased rows beside the rows themselves. SQLite zeroes what it deletes (secure_delete), but where it had moved a row from page to
// page before, a copy stays in the unused part of the old page; and the write-ahead log holds pages as they were. What must always hold: from the
// transaction of an erasure on, the file says that it holds remains, until it was rewritten from its rows and its log cut after that.
import { Worker } from 'node:worker_threads'
import type { PrismaTransaction } from '../prisma.ts'
import type { SqliteConnection } from './connection.ts'
import { truncateLog } from './truncate-log.ts'

/** `none`: nobody was erased since it was last done. `left`: it has to be done later. */
export type Cleared = 'none' | 'cleared' | 'left'

/** Notes, in the transaction of an erasure, that the file holds remains: in the one number of its header that is ours to use. */
export async function noteRemains(tx: PrismaTransaction): Promise<void> {
  const [row] = await tx.$queryRawUnsafe<{ user_version: number | bigint }[]>('PRAGMA user_version')
  await tx.$executeRawUnsafe(`PRAGMA user_version = ${Number(row?.user_version) + 1}`)
}

/**
 * Rewrites the file and cuts its log if somebody was erased since that was last done.
 * @param mostBytes a larger file is left for later: nobody can write while it is rewritten
 */
export async function clearRemains({
  connection,
  mostBytes,
}: {
  readonly connection: SqliteConnection
  readonly mostBytes: number
}): Promise<Cleared> {
  const read = (pragma: string) => Number(Object.values(connection.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])
  const [erasures, bytes] = await connection.inTurn(() => [read('user_version'), read('page_count') * read('page_size')] as const)
  if (erasures === 0) return 'none'
  if (bytes > mostBytes) return 'left'
  await rewriteFile(connection.file)
  if (!(await truncateLog(connection))) return 'left'
  return connection.transaction(() => {
    // Somebody was erased while the file was rewritten: it has to be done once more.
    if (read('user_version') !== erasures) return 'left'
    connection.prepare('PRAGMA user_version = 0').run()
    return 'cleared'
  })
}

/** @throws whatever SQLite says: no room on the disk, or writers that give no way for ten seconds */
function rewriteFile(file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./rewrite-file-thread.ts', import.meta.url), { workerData: file })
    thread.once('error', reject)
    thread.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`The thread that rewrites the file ended with ${code}.`))))
  })
}
