import { bodyProblems, callerOf, type HttpApp, keyProblems } from '@rollcall/platform/http'
import { type FaultSwitch, Faults } from '../faults/fault-switch.ts'

/** What is not named goes back to its default: `{}` mends everything. */
export function setFaults(app: HttpApp, { faults }: { readonly faults: FaultSwitch }): void {
  app.put(
    '/faults',
    { config: { access: 'break' }, schema: { body: Faults, response: { 200: Faults, ...keyProblems, ...bodyProblems } } },
    async (request) => {
      faults.set(request.body)
      request.log.warn({ caller: callerOf(request).name, faults: request.body }, 'faults were set')
      return faults.current()
    },
  )
}
