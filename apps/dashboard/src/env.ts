import { commonEnv, portSetting } from '@rollcall/platform'
import { z } from 'zod'
import { isLoopback, parsePublicUrl } from './auth/site.ts'

export const DashboardEnv = z
  .object({
    ...commonEnv,
    DASHBOARD_PORT: portSetting(5001, 'Port of the dashboard.'),
    DASHBOARD_PUBLIC_URL: z
      .string()
      .refine((text) => parsePublicUrl(text) !== null, { error: 'expected https://<host>[:<port>], or http:// on this machine alone' })
      .optional()
      .describe('The address under which browsers reach the dashboard. Needed where it listens on more than this machine.'),
    DASHBOARD_TRUST_PROXY: z
      .string()
      .default('')
      .transform((list) => (list === '' ? (false as const) : list.split(',').map((one) => one.trim())))
      .describe('Addresses or networks of the reverse proxies whose X-Forwarded-For is believed, with commas between.'),
  })
  .superRefine(({ DASHBOARD_PUBLIC_URL, HOST }, context) => {
    if (DASHBOARD_PUBLIC_URL !== undefined || isLoopback(HOST)) return
    const message = 'expected an address, since HOST is more than this machine'
    context.addIssue({ code: 'custom', path: ['DASHBOARD_PUBLIC_URL'], message })
  })
export type DashboardEnv = z.infer<typeof DashboardEnv>
