import type { Transaction } from '@rollcall/engine'
import type { Prisma, PrismaClient } from '../generated/sqlserver/client.ts'

export type { PrismaClient }

/** A client inside an interactive transaction. */
export type PrismaTransaction = Prisma.TransactionClient

/** Hides Prisma's transaction from the engine and the systems, which only hand it on. */
export function wrapTransaction(tx: PrismaTransaction): Transaction {
  return { transaction: tx }
}

/** The engine only ever hands back what `wrapTransaction` made. */
export function unwrapTransaction(tx: Transaction): PrismaTransaction {
  return tx.transaction as PrismaTransaction
}
