import { accountCreateBodies } from '@rollcall/provisioning'
import { type AccountRouteDeps, accountRoute } from '../accounts/account-route.ts'
import type { Api } from '../api.ts'

export function studentCreate(api: Api, deps: AccountRouteDeps): void {
  accountRoute(api, {
    path: '/student-create',
    kind: 'student',
    item: accountCreateBodies(deps.clock).student,
    documented: 'StudentCreateInput',
    summary: 'Ask for the accounts of students',
    deps,
  })
}
