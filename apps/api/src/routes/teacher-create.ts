import { accountCreateBodies } from '@rollcall/provisioning'
import { type AccountRouteDeps, accountRoute } from '../accounts/account-route.ts'
import type { Api } from '../api.ts'

export function teacherCreate(api: Api, deps: AccountRouteDeps): void {
  accountRoute(api, {
    path: '/teacher-create',
    kind: 'teacher',
    item: accountCreateBodies(deps.clock).teacher,
    documented: 'TeacherCreateInput',
    summary: 'Ask for the accounts of teachers',
    deps,
  })
}
