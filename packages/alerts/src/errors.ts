import { defineErrorCodes } from '@rollcall/engine'

/** What can go wrong with telling people about the fleet. */
export const alertErrors = defineErrorCodes({
  ALERT_NOT_DELIVERED: {
    sentence: 'The receiver of alerts did not take the notification.',
    kind: 'transient',
    httpStatus: 500,
    runbook:
      'Look at ALERT_WEBHOOK_URL and at its receiver; the detail says what it answered. It is tried again for three days. `rollcall alerts` shows what stands meanwhile.',
  },
})
