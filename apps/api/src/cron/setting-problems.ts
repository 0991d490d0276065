import { engineErrors, ScheduleSettingsError } from '@rollcall/engine'
import { invalidFields, type ProblemError, refusal } from '@rollcall/platform/http'

interface Sent {
  /** Where in the body a setting stands. */
  readonly pathOf: (setting: string) => readonly string[]
  readonly body: unknown
}

/** Runs an order; where a setting cannot be, the problem document names it as the field of the body that it is. @throws ProblemError */
export async function namingFields<Answer>(sent: Sent, order: () => Promise<Answer>): Promise<Answer> {
  try {
    return await order()
  } catch (error) {
    throw error instanceof ScheduleSettingsError ? problemOfSettings(error, sent) : error
  }
}

function problemOfSettings({ faults }: ScheduleSettingsError, { pathOf, body }: Sent): ProblemError {
  const errors = faults.flatMap(({ setting, message }) => {
    const issue = { code: 'custom' as const, path: [...pathOf(setting)], message, input: body }
    return invalidFields({ issues: [issue], root: body, source: 'body' }).map((field) => ({ ...field, reason: message, expected: message }))
  })
  return refusal(engineErrors.SCHEDULE_SETTINGS_INVALID, {
    detail: faults.map(({ setting, message }) => `${setting}: ${message}`).join('; '),
    errors,
  })
}
