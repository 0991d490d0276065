export * from './cohort-store-contract.ts'
export * from './in-memory-cohorts.ts'
