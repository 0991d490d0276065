// Changes of accounts inside somebody's transaction, each with its audit row. What must always hold: nothing is written over a version that was
// not read; a registration's older version never follows its newer one; a number has one account; an audit row stands for a row that changed.
import { type AccountChange, type ChangeOutcome, MANUAL_SOURCES } from '@rollcall/status-sync'
import type { Dialect } from '../dialect.ts'
import type { PrismaTransaction } from '../prisma.ts'
import { auditRowOfChange, byUserId, rowOfChange } from './account-rows.ts'
import { type Columns, jsonRows, LONG_TEXT, listed, names, ORDINAL, openJson, TEXT, WORDS } from './words.ts'

const CHANGED: Columns = {
  accountStatus: TEXT,
  organizationStatus: TEXT,
  registrationNumber: TEXT,
  numberKey: TEXT,
  registrationId: TEXT,
  registrationVersion: 'INT',
  statusSource: TEXT,
  statusReason: TEXT,
}
const CHANGE: Columns = { userId: TEXT, expectedVersion: 'INT', ...CHANGED, at: 'DATETIME2', sessionsEndedAt: 'DATETIME2' }
const AUDIT: Columns = {
  ...{ id: TEXT, at: 'DATETIME2', actor: TEXT, action: TEXT, targetType: TEXT, targetId: TEXT, reason: TEXT },
  details: LONG_TEXT,
}

/** @param account the account's row, @param change the change's, as the database names them */
const assignments = (account: string, change: string) => `${names(CHANGED)
  .map((name) => `[${name}] = ${change}.[${name}]`)
  .join(', ')},
  [statusChangedAt] = CASE WHEN ${account}.[accountStatus] = ${change}.[accountStatus] THEN ${account}.[statusChangedAt] ELSE ${change}.[at] END,
  [statusVersion] = ${account}.[statusVersion] + 1,
  [sessionsValidFrom] = COALESCE(${change}.[sessionsEndedAt], ${account}.[sessionsValidFrom]),
  [updatedAt] = ${change}.[at]`

/** As `isHandedBack` of the rules: such an account may follow an older version, too. */
const IS_HANDED_BACK = `a.[accountStatus] = 'pending_registration' AND a.[statusSource] IN (${MANUAL_SOURCES.map((source) => `'${source}'`).join(', ')})`

/** Whether account `a` exists as it was read, and has seen nothing newer of the registration. */
const stands = (change: string, { lock = '', ordinal = '' } = {}) => `EXISTS (
    SELECT 1 FROM [OrganisationAccount] AS a${lock} WHERE a.[userId] = ${change}.[userId] AND a.[statusVersion] = ${change}.[expectedVersion]
      AND (a.[registrationId] IS NULL OR a.[registrationVersion] IS NULL OR ${change}.[registrationId] IS NULL OR ${change}.[registrationVersion] IS NULL
        OR a.[registrationId] <> ${change}.[registrationId]${ordinal} OR a.[registrationVersion] <= ${change}.[registrationVersion]
        OR ${IS_HANDED_BACK})
  )`

const JUDGE = `${jsonRows('?1', { ...CHANGE, place: 'INT' })}
SELECT j.[place], CASE
  WHEN NOT ${stands('j')} THEN 'changed'
  WHEN EXISTS (SELECT 1 FROM [OrganisationAccount] AS o WHERE o.[numberKey] = j.[numberKey] AND o.[userId] <> j.[userId]) THEN 'numberTaken'
  ELSE 'applied' END AS answer
FROM j`

const UPDATE = `${jsonRows('?1', CHANGE)}
UPDATE [OrganisationAccount] SET ${assignments('[OrganisationAccount]', 'j')}
FROM j WHERE [OrganisationAccount].[userId] = j.[userId]`

const INSERT_AUDIT = `INSERT INTO [AuditLog] (${listed(AUDIT)})
SELECT ${names(AUDIT)
  .map((name) => `value ->> '${name}'`)
  .join(', ')} FROM json_each(?1)`

const declared = Object.entries({ ...CHANGE, place: 'INT' })
  .map(([name, type]) => `[${name}] ${type}${type === TEXT ? ` ${ORDINAL}` : ''}${name === 'place' ? ' NOT NULL PRIMARY KEY' : ' NULL'}`)
  .join(', ')
const IS_GOOD = 'NOT EXISTS (SELECT 1 FROM @refused AS r WHERE r.[place] = c.[place])'

/**
 * @P1 the changes, numbered, as JSON, @P2 their audit rows. The rows that are judged stay locked until the transaction ends, and so does the
 * place of a number that nobody has. LOOP JOIN makes the server seek the few rows that the changes name, and lock no others.
 */
export const APPLY_CHANGES = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @changes TABLE (${declared});
DECLARE @refused TABLE ([place] INT NOT NULL PRIMARY KEY, [answer] NVARCHAR(20) NOT NULL);
INSERT INTO @changes (${listed({ ...CHANGE, place: 'INT' })})
SELECT ${listed({ ...CHANGE, place: 'INT' }, 'j')}
FROM ${openJson('@P1', { ...CHANGE, place: 'INT' })} AS j;
INSERT INTO @refused ([place], [answer])
SELECT c.[place], N'changed'
FROM @changes AS c
WHERE NOT ${stands('c', { lock: ' WITH (UPDLOCK)', ordinal: ` ${ORDINAL}` })}
OPTION (LOOP JOIN);
INSERT INTO @refused ([place], [answer])
SELECT c.[place], N'numberTaken'
FROM @changes AS c
WHERE ${IS_GOOD} AND EXISTS (
  SELECT 1 FROM [dbo].[OrganisationAccount] AS o WITH (UPDLOCK, HOLDLOCK) WHERE o.[numberKey] = c.[numberKey] AND o.[userId] <> c.[userId]
)
OPTION (LOOP JOIN);
INSERT INTO @refused ([place], [answer])
SELECT n.[place], N'numberTaken'
FROM (
  SELECT c.[place], ROW_NUMBER() OVER (PARTITION BY c.[numberKey] ORDER BY c.[place]) AS [nth] FROM @changes AS c WHERE ${IS_GOOD}
) AS n
WHERE n.[nth] > 1;
UPDATE a SET ${assignments('a', 'c')}
FROM @changes AS c
INNER LOOP JOIN [dbo].[OrganisationAccount] AS a ON a.[userId] = c.[userId]
WHERE ${IS_GOOD};
INSERT INTO [dbo].[AuditLog] (${listed(AUDIT)})
SELECT ${listed(AUDIT, 'w')}
FROM ${openJson('@P2', { ...AUDIT, userId: TEXT })} AS w
INNER JOIN @changes AS c ON c.[userId] = w.[userId] ${ORDINAL}
WHERE ${IS_GOOD};
SELECT c.[place], COALESCE(r.[answer], N'applied') AS [answer]
FROM @changes AS c
LEFT JOIN @refused AS r ON r.[place] = c.[place];`

interface Judged {
  readonly place: number | bigint
  readonly answer: ChangeOutcome
}

export async function applyChanges(
  tx: PrismaTransaction,
  { changes, dialect }: { readonly changes: readonly AccountChange[]; readonly dialect: Dialect },
): Promise<ReadonlyMap<string, ChangeOutcome>> {
  if (changes.length === 0) return new Map()
  const sorted = changes.toSorted(byUserId)
  const answers = dialect === 'sqlite' ? await onSqlite(tx, sorted) : await onSqlServer(tx, sorted)
  return new Map(sorted.map(({ userId }, place) => [userId, answers[place] ?? 'changed']))
}

/** One message. */
async function onSqlServer(tx: PrismaTransaction, changes: readonly AccountChange[]): Promise<ChangeOutcome[]> {
  const { time } = WORDS.sqlserver
  const rows = changes.map((change, place) => ({ ...rowOfChange(change, time), place }))
  const audit = changes.map((change) => auditRowOfChange(change, time))
  const judged = await tx.$queryRawUnsafe<Judged[]>(APPLY_CHANGES, JSON.stringify(rows), JSON.stringify(audit))
  return answersOf(judged, changes.length)
}

/** The transaction holds SQLite's write lock: nothing changes between the statements. */
async function onSqlite(tx: PrismaTransaction, changes: readonly AccountChange[]): Promise<ChangeOutcome[]> {
  const { time } = WORDS.sqlite
  const rows = changes.map((change, place) => ({ ...rowOfChange(change, time), place }))
  const judged = answersOf(await tx.$queryRawUnsafe<Judged[]>(JUDGE, JSON.stringify(rows)), changes.length)
  // Of those in one portion that want the same number, the first has it.
  const given = new Set<string>()
  const answers = judged.map((answer, place) => {
    const numberKey = rows[place]?.numberKey ?? ''
    if (answer !== 'applied') return answer
    if (given.has(numberKey)) return 'numberTaken'
    given.add(numberKey)
    return answer
  })
  const applied = changes.filter((_, place) => answers[place] === 'applied')
  if (applied.length === 0) return answers
  await tx.$executeRawUnsafe(UPDATE, JSON.stringify(applied.map((change) => rowOfChange(change, time))))
  await tx.$executeRawUnsafe(INSERT_AUDIT, JSON.stringify(applied.map((change) => auditRowOfChange(change, time))))
  return answers
}

function answersOf(judged: readonly Judged[], asked: number): ChangeOutcome[] {
  if (judged.length !== asked) throw new Error(`The statement that judges ${asked} changes of accounts answered ${judged.length} rows.`)
  return judged.toSorted((a, b) => Number(a.place) - Number(b.place)).map(({ answer }) => answer)
}
