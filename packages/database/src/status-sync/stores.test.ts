import type { Transaction } from '@rollcall/engine'
import { describeOrganisationAccountsContract, describeStoppingContract, describeSyncRunsContract } from '@rollcall/status-sync/testing'
import type { Database } from '../create-database.ts'
import { wrapTransaction } from '../prisma.ts'
import { goingOn, stoppable } from '../testing/sync-ledger.ts'
import { type TestDialect, testDialects } from '../testing/test-dialects.ts'
import { inTransaction } from '../transaction.ts'

async function opened({ open }: TestDialect) {
  const { database, cleanup } = await open()
  return {
    database,
    accounts: database.organisationAccounts,
    runs: goingOn(database),
    transaction: transactionOf(database),
    close: cleanup,
  }
}

function transactionOf({ prisma }: Database) {
  return <Answer>(body: (tx: Transaction) => Promise<Answer>) => inTransaction(prisma, (tx) => body(wrapTransaction(tx)))
}

for (const dialect of testDialects) {
  describeOrganisationAccountsContract({
    name: `accounts over ${dialect.dialect}`,
    async open() {
      const { database, ...stores } = await opened(dialect)
      return { ...stores, auditOf: (targetId) => database.audit.list({ targetType: 'account', targetId, limit: 100 }) }
    },
  })

  describeSyncRunsContract({
    name: `sync runs over ${dialect.dialect}`,
    async open() {
      const { database, ...stores } = await opened(dialect)
      return { ...stores, hasBegun: async ({ uuid }) => (await database.ledger.find(uuid)) !== null }
    },
  })

  describeStoppingContract({
    name: `sync runs over ${dialect.dialect}`,
    async open() {
      const { database, ...stores } = await opened(dialect)
      const runs = database.syncRuns
      return { ...stores, ...stoppable(database), runs, hasBegun: async ({ uuid }) => (await database.ledger.find(uuid)) !== null }
    },
  })
}
