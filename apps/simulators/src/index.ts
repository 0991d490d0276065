export { type CertificateBundle, createCertificates, ensureCertificates } from './certificates.ts'
export type { SimulatorClock } from './clock.ts'
export type { DirectoryState, DuplicateMarker } from './graph/admin/audit-directory.ts'
export type { GraphAdmin } from './graph/admin/create-admin.ts'
export type { CounterReport } from './graph/create-counters.ts'
export {
  SIMULATED_CLIENT_ID,
  SIMULATED_CLIENT_SECRET,
  SIMULATED_DOMAIN,
  SIMULATED_TENANT_ID,
} from './graph/create-graph-core.ts'
export { createGraphSimulator, type GraphSimulator, type GraphSimulatorOptions } from './graph/create-graph-simulator.ts'
export { GRAPH_LIMITS } from './graph/create-throttle.ts'
export type { FaultRuleInput } from './graph/fault-rule.ts'
