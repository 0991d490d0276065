export * from './errors.ts'
export type * from './json.ts'
export type * from './ledger.ts'
export * from './run.ts'
