import { readEnv, runMain } from '@rollcall/platform'
import { DashboardEnv } from './env.ts'
import { startDashboard } from './start-dashboard.ts'

await runMain({ app: 'dashboard', start: () => startDashboard(readEnv(DashboardEnv, process.env)) })
