import { commonEnv, portSetting } from '@rollcall/platform'
import { z } from 'zod'

export const ApiEnv = z.object({
  ...commonEnv,
  API_PORT: portSetting(5000, 'Port of the API.'),
})
export type ApiEnv = z.infer<typeof ApiEnv>
