// Where there is no SQL Server: a stand-in behind Prisma's driver that understands the batches of the path from a request to a persisted
// account, and counts the messages that would cross the network. It keeps what they write, answers after a round trip, and holds no locks;
// a transaction's statements count when they are sent, and nobody may need a rollback. What it does not know has no rows.
import { setTimeout as pause } from 'node:timers/promises'
import { PERSIST_ACCOUNTS } from '../accounts/sqlserver-persist-accounts.ts'
import { FIND_RESERVATIONS, RESERVE_USERNAMES } from '../accounts/sqlserver-reservations.ts'
import { type Database, databaseOver } from '../create-database.ts'
import { APPLY_WITHIN, COMMIT_TRANSITIONS, INSERT_ACCEPTED, READ_RUNS, START_WITHIN } from '../ledger/sqlserver-ledger-sql.ts'
import { createSqlServerClient } from '../open-client.ts'
import { createRecordingDriver, type DriverRequest } from './recording-driver.ts'

type Row = Record<string, string | number | null>
export type Purpose = 'transitions' | 'reservations' | 'accounts' | 'accepting'

export interface SqlServerStandIn {
  /** A database over connections of its own, as each process has it. */
  open(): Promise<Database>
  /** Messages so far. */
  readonly counts: Readonly<Record<Purpose, number>>
}

export function createSqlServerStandIn({ roundTripMs }: { readonly roundTripMs: number }): SqlServerStandIn {
  const counts = { transitions: 0, reservations: 0, accounts: 0, accepting: 0 }
  const runs = new Map<string, Row>()
  const reservations = new Map<string, Row>()

  const batches = new Map<string, readonly [Purpose, (args: readonly string[]) => readonly Row[]]>([
    [READ_RUNS, ['transitions', ([uuids]) => parsed<string>(uuids).flatMap((uuid) => listed(runs.get(uuid)))]],
    [COMMIT_TRANSITIONS, ['transitions', ([changes]) => apply(changes)]],
    [APPLY_WITHIN, ['transitions', ([changes]) => apply(changes)]],
    [START_WITHIN, ['transitions', ([rows]) => insert(rows)]],
    [INSERT_ACCEPTED, ['accepting', ([, rows]) => insert(rows)]],
    [RESERVE_USERNAMES, ['reservations', ([owners, asks]) => reserve(asks, owners)]],
    [FIND_RESERVATIONS, ['reservations', ([owners]) => find(owners)]],
    [PERSIST_ACCOUNTS, ['accounts', ([accounts]) => parsed<Row>(accounts).map((_, place) => ({ place, answer: 'persisted' }))]],
  ])

  async function answer({ args, kind, sql }: DriverRequest): Promise<readonly Row[]> {
    if (kind === 'rollback') throw new Error('The stand-in for SQL Server cannot roll back.')
    const [purpose, carryOut] = batches.get(sql) ?? [kind === 'query' ? 'accepting' : 'transitions', () => []]
    counts[purpose] += 1
    await pause(roundTripMs)
    return carryOut(args.map(String))
  }

  function apply(changes: string | undefined): Row[] {
    return parsed<Row>(changes).flatMap(({ uuid, expectedVersion, expectedAttempt, ...change }) => {
      const run = runs.get(String(uuid))
      const applies = run?.version === expectedVersion && (expectedAttempt === null || run?.attempt === expectedAttempt)
      if (!run || !applies) return []
      Object.assign(run, withTimes(change))
      return [{ uuid: String(uuid) }]
    })
  }

  function insert(rows: string | undefined): Row[] {
    for (const row of parsed<Row>(rows)) runs.set(String(row.uuid), { ...NEVER_WRITTEN_AT_FIRST, ...withTimes(row) })
    return []
  }

  function reserve(asks: string | undefined, owners: string | undefined): Row[] {
    for (const { ownerKey, candidates, sealedPassword } of parsed<Ask>(asks)) {
      const [first] = candidates
      if (reservations.has(ownerKey) || !first) continue
      reservations.set(ownerKey, { ...{ ownerKey, sealedPassword }, username: first.username, sealedAt: Date.now(), ...NOTHING_AGAINST_IT })
    }
    return find(owners)
  }

  function find(owners: string | undefined): Row[] {
    return parsed<string>(owners).flatMap((ownerKey) => listed(reservations.get(ownerKey)))
  }

  return {
    counts,
    open: async () => {
      const { factory } = createRecordingDriver(answer)
      const prisma = await createSqlServerClient({ adapter: factory })
      return databaseOver({ dialect: 'sqlserver', prisma, close: () => prisma.$disconnect() })
    },
  }
}

interface Ask {
  readonly ownerKey: string
  readonly candidates: readonly { readonly username: string }[]
  readonly sealedPassword: string
}

const NOTHING_AGAINST_IT: Row = { erasedAt: null, hasOther: 0, hasUnfinished: 0, formerNames: null }
const NEVER_WRITTEN_AT_FIRST: Row = {
  ...{ completion: null, pollingUuid: null, lastOperationStatus: null, errorCode: null, errorMessage: null, cancelRequestedAt: null },
}
const TIMES = ['dueAt', 'createdAt', 'updatedAt', 'stateSince']

/** They come as UTC without a zone. */
function withTimes(row: Row): Row {
  const times = TIMES.flatMap((name) => (typeof row[name] === 'string' ? [[name, Date.parse(`${row[name]}Z`)]] : []))
  return { ...row, ...Object.fromEntries(times) }
}

/** Our own batches travel as JSON lists of this. */
function parsed<Item>(json: string | undefined): Item[] {
  return JSON.parse(json ?? '[]') as Item[]
}

function listed(row: Row | undefined): Row[] {
  return row ? [row] : []
}
