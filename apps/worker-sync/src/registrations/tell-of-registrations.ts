// What is told of the questions to the registration service: in the log what a person may have to look into, in the metrics everything. What must
// always hold: no key, no id and nothing that the service wrote.
import type { Logger, Metrics } from '@rollcall/platform'
import type { RegistrationsNotice } from '@rollcall/registrations'

export interface Telling {
  readonly logger: Pick<Logger, 'info' | 'warn'>
  readonly metrics: Pick<Metrics, 'registrationCallSeconds' | 'registrationBreakerOpen' | 'registrationsUnreadable'>
}

/** @param retries of the client that tells: each patience has a breaker of its own */
export function tellOfRegistrations({ logger, metrics }: Telling, retries: number): (notice: RegistrationsNotice) => void {
  const breaker = metrics.registrationBreakerOpen.labels({ retries: String(retries) })
  breaker.set(0)

  return (notice) => {
    switch (notice.kind) {
      case 'called': {
        const { ms, outcome } = notice
        metrics.registrationCallSeconds.observe({ outcome }, ms / 1_000)
        if (outcome === 'refused') logger.warn({ outcome, ms }, 'the registration service does not accept our key')
        if (outcome === 'unreadable') logger.warn({ outcome, ms }, 'the registration service answered something that was not agreed upon')
        return
      }
      case 'retrying':
        return logger.info({ pauseMs: notice.pauseMs, retries }, 'the registration service did not answer; it will be asked again')
      case 'breaker':
        breaker.set(notice.state === 'closed' ? 0 : 1)
        if (notice.state === 'open')
          return logger.warn({ retries }, 'the registration service fails too often and is left alone for a while')
        if (notice.state === 'halfOpen')
          return logger.info({ retries }, 'the registration service is asked once, to see whether it is back')
        return logger.info({ retries }, 'the registration service is back')
      case 'unreadable': {
        const { faults } = notice
        metrics.registrationsUnreadable.inc(faults.length)
        return logger.warn({ records: faults.length, faults: [...new Set(faults)] }, 'single registrations cannot be read; the others were')
      }
    }
  }
}
