import { engineErrors, TerminalError } from '../errors.ts'

/** What is wrong with one setting of a schedule, such as `minute: 61 is not 0-59` about `cron`. Quotes what was given: it is no personal data. */
export interface SettingFault {
  readonly setting: string
  readonly message: string
}

/** Settings that a schedule cannot have. Its code is SCHEDULE_SETTINGS_INVALID. */
export class ScheduleSettingsError extends TerminalError {
  readonly faults: readonly SettingFault[]
  constructor(faults: readonly SettingFault[]) {
    super(engineErrors.SCHEDULE_SETTINGS_INVALID, faults.map(({ setting, message }) => `${setting}: ${message}`).join('; '))
    this.faults = faults
  }
}
