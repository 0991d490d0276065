import { readEnv, runMain } from '@rollcall/platform'
import { ApiEnv } from './env.ts'
import { startApi } from './start-api.ts'

await runMain({ app: 'api', start: () => startApi(readEnv(ApiEnv, process.env)) })
