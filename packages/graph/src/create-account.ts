import type { AccountToCreate, CreateAnswer, Directory } from '@rollcall/provisioning'
import { describeRefusal, directoryError } from './directory-error.ts'
import { Created } from './graph-bodies.ts'
import type { GraphConfig } from './graph-config.ts'
import type { Send } from './graph-request.ts'

/** Entra's limits; a longer name is cut rather than refused, and stands whole in the business database. */
const LONGEST_NAME = 64
const LONGEST_DISPLAY_NAME = 256

/**
 * One write, never repeated. Whatever leaves it open whether the account was made is `unknown`, a 503 with Retry-After too: a gateway that
 * gives up after the directory committed says just that. The look-up that follows is told to wait, and closes the line, if it is still so.
 */
export function makeCreateAccount({ send, config }: { readonly send: Send; readonly config: GraphConfig }): Directory['createAccount'] {
  return async (account, call): Promise<CreateAnswer> => {
    const answer = await send({ method: 'POST', ...requestFor({ account, config }), purpose: 'create' }, call)
    if (answer.kind === 'success') {
      const created = Created.safeParse(answer.body)
      if (created.success) return { kind: 'created', azureId: created.data.id }
      return { kind: 'unknown', reason: `Graph answered ${answer.status} without an id (${answer.where}).` }
    }
    if (answer.kind === 'lost') {
      if (!answer.mayHaveArrived) throw directoryError(answer)
      return { kind: 'unknown', reason: `${answer.reason} (${answer.where}).` }
    }
    if (answer.meaning === 'conflict') return { kind: 'conflict' }
    if (answer.meaning === 'unavailable') return { kind: 'unknown', reason: describeRefusal(answer) }
    throw directoryError(answer)
  }
}

function requestFor({ account, config }: { account: AccountToCreate; config: GraphConfig }): { route: string; body: object } {
  const core = {
    accountEnabled: true,
    displayName: cut(
      [account.firstName, account.middleName, account.lastName].filter((name) => name !== null).join(' '),
      LONGEST_DISPLAY_NAME,
    ),
    givenName: cut(account.firstName, LONGEST_NAME),
    surname: cut(account.lastName, LONGEST_NAME),
    mailNickname: account.username,
    userPrincipalName: `${account.username}@${config.GRAPH_DOMAIN}`,
    passwordProfile: { password: account.initialPassword, forceChangePasswordNextSignIn: true },
    usageLocation: config.GRAPH_USAGE_LOCATION,
  }
  if (config.GRAPH_MARKER === 'employeeId') return { route: '/users', body: { ...core, employeeId: account.personId } }
  const middleName = account.middleName === null ? {} : { middleName: cut(account.middleName, LONGEST_NAME) }
  const role =
    account.kind === 'student'
      ? { student: { externalId: account.personId, ...(account.grade === null ? {} : { grade: account.grade }) } }
      : { teacher: { externalId: account.personId } }
  return { route: '/education/users', body: { ...core, ...middleName, primaryRole: account.kind, ...role } }
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const short = text.slice(0, length)
  // A surrogate pair that lost its second half is no text.
  return short.isWellFormed() ? short : short.slice(0, -1)
}
