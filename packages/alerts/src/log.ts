/** Where alerts are told besides the webhook; the app's log. */
export type AlertLog = (level: 'error' | 'warn' | 'info', fields: Readonly<Record<string, unknown>>, message: string) => void
