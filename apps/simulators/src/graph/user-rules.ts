/* What the directory accepts as a user: pure checks that throw Graph's own refusals. */
import { graphErrors } from './graph-errors.ts'
import type { Properties } from './records.ts'
import type { PropertyKind } from './user-properties.ts'

const UPN_LOCAL_PART = /^[A-Za-z0-9'._!#^~-]{1,64}$/
const MAIL_NICKNAME = /^[\x21-\x7e]{1,64}$/
const MAIL_NICKNAME_FORBIDDEN = /[@()\\[\]";:<>,\s]/
const USAGE_LOCATION = /^[A-Z]{2}$/
const REQUIRED = ['accountEnabled', 'displayName', 'mailNickname', 'passwordProfile', 'userPrincipalName'] as const
const ROLES = new Set(['student', 'teacher', 'none'])
const MAX_LENGTH: Readonly<Record<string, number>> = { displayName: 256, givenName: 64, surname: 64, employeeId: 16, department: 64 }
const PASSWORD_LENGTH = { min: 8, max: 256 }
const CHARACTER_CLASSES = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]
const CLASSES_NEEDED = 3

export interface UserRules {
  readonly accepted: Readonly<Record<string, PropertyKind>>
  readonly verifiedDomains: ReadonlySet<string>
}

/** The checked properties of a user to be made; throws what is wrong first. */
export function checkNewUser({ body, rules }: { body: Properties; rules: UserRules }): Properties {
  assertKnown({ body, rules })
  for (const property of REQUIRED) if (isBlank(body[property])) throw graphErrors.missingValue(property)
  assertValues({ body, rules })
  assertPassword({ body, required: true })
  return body
}

/** The checked properties of a change; throws what is wrong first. */
export function checkUserChange({ body, rules }: { body: Properties; rules: UserRules }): Properties {
  assertKnown({ body, rules })
  for (const property of ['displayName', 'mailNickname', 'userPrincipalName', 'accountEnabled', 'usageLocation']) {
    if (property in body && isBlank(body[property])) throw graphErrors.invalidValue({ property })
  }
  assertValues({ body, rules })
  if ('passwordProfile' in body) assertPassword({ body, required: false })
  return body
}

function assertKnown({ body, rules }: { body: Properties; rules: UserRules }): void {
  for (const property of Object.keys(body)) {
    if (!(property in rules.accepted) && !property.startsWith('@odata.')) throw graphErrors.invalidProperty(property)
  }
}

function assertValues({ body, rules }: { body: Properties; rules: UserRules }): void {
  for (const [property, kind] of Object.entries(rules.accepted)) {
    const value = body[property]
    if (value === undefined || value === null) continue
    if (!isOfKind({ value, kind })) throw graphErrors.invalidValue({ property })
    if (typeof value === 'string' && value.length > (MAX_LENGTH[property] ?? Number.POSITIVE_INFINITY))
      throw graphErrors.invalidValue({ property })
  }
  const { userPrincipalName, mailNickname, usageLocation, primaryRole } = body
  if (typeof userPrincipalName === 'string') assertUserPrincipalName({ userPrincipalName, verifiedDomains: rules.verifiedDomains })
  if (typeof mailNickname === 'string' && (!MAIL_NICKNAME.test(mailNickname) || MAIL_NICKNAME_FORBIDDEN.test(mailNickname))) {
    throw graphErrors.invalidValue({ property: 'mailNickname' })
  }
  if (typeof usageLocation === 'string' && !USAGE_LOCATION.test(usageLocation))
    throw graphErrors.invalidValue({ property: 'usageLocation' })
  if (typeof primaryRole === 'string' && !ROLES.has(primaryRole)) throw graphErrors.invalidValue({ property: 'primaryRole' })
}

export function assertUserPrincipalName(upn: { userPrincipalName: string; verifiedDomains: ReadonlySet<string> }): void {
  const at = upn.userPrincipalName.lastIndexOf('@')
  const localPart = upn.userPrincipalName.slice(0, Math.max(at, 0))
  if (!UPN_LOCAL_PART.test(localPart) || localPart.endsWith('.')) throw graphErrors.invalidUserPrincipalName()
  if (!upn.verifiedDomains.has(upn.userPrincipalName.slice(at + 1).toLowerCase())) throw graphErrors.unverifiedDomain()
}

function assertPassword({ body, required }: { body: Properties; required: boolean }): void {
  const profile = body.passwordProfile
  if (typeof profile !== 'object' || profile === null) throw graphErrors.invalidValue({ property: 'passwordProfile' })
  const password = 'password' in profile ? profile.password : undefined
  if (password === undefined && !required) return
  if (typeof password !== 'string' || password === '') throw graphErrors.missingValue('password')
  if (password.length < PASSWORD_LENGTH.min || password.length > PASSWORD_LENGTH.max) throw graphErrors.weakPassword()
  const policies = typeof body.passwordPolicies === 'string' ? body.passwordPolicies : ''
  if (policies.includes('DisableStrongPassword')) return
  if (CHARACTER_CLASSES.filter((characterClass) => characterClass.test(password)).length < CLASSES_NEEDED) throw graphErrors.weakPassword()
}

function isOfKind({ value, kind }: { value: unknown; kind: PropertyKind }): boolean {
  if (kind === 'text') return typeof value === 'string'
  if (kind === 'flag') return typeof value === 'boolean'
  if (kind === 'texts') return Array.isArray(value) && value.every((item) => typeof item === 'string')
  return typeof value === 'object' && !Array.isArray(value)
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}
