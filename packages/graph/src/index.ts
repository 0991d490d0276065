export type { AccessFinding, AccessReport } from './check-access.ts'
export { createGraphDirectory, type GraphDirectory } from './create-graph-directory.ts'
export { GraphConfig } from './graph-config.ts'
export type { MarkedAccount } from './list-accounts.ts'
