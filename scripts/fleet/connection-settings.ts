import { WORKERS } from './app-settings.ts'
import type { Fleet } from './start-fleet.ts'

/** What the command line needs to find a fleet: all that its apps were given, and a key. The ports of the workers are their own. */
export function connectionSettings({ fleet, apiKey }: { readonly fleet: Fleet; readonly apiKey: string }): Record<string, string> {
  const given = ['api' as const, ...WORKERS].flatMap((app) => Object.entries(fleet.settingsOf(app)))
  const settings = Object.fromEntries(given.filter(([name]) => !name.endsWith('_PORT')))
  return { ...settings, ROLLCALL_API_URL: fleet.apiUrl, ROLLCALL_API_KEY: apiKey }
}
