import { readEnv, runMain } from '@rollcall/platform'
import { RegistrationEnv } from './env.ts'
import { startRegistrationService } from './start-registration-service.ts'

await runMain({ app: 'registration-service', start: () => startRegistrationService(readEnv(RegistrationEnv, process.env)) })
