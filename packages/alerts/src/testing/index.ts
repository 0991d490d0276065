export * from './alerts-contract.ts'
export * from './in-memory-alerts.ts'
