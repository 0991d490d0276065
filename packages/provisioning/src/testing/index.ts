export * from './directory-contract.ts'
export * from './in-memory-accounts.ts'
export * from './in-memory-directory.ts'
