/*
 * The properties of a user that the simulator stores and shows, and which of its two faces shows them.
 * A user and an education user are one object; each endpoint accepts and shows its own subset.
 */
export type PropertyKind = 'text' | 'flag' | 'texts' | 'object'

const SHARED = {
  accountEnabled: 'flag',
  businessPhones: 'texts',
  department: 'text',
  displayName: 'text',
  givenName: 'text',
  mail: 'text',
  mailNickname: 'text',
  mobilePhone: 'text',
  officeLocation: 'text',
  passwordPolicies: 'text',
  passwordProfile: 'object',
  preferredLanguage: 'text',
  showInAddressList: 'flag',
  surname: 'text',
  usageLocation: 'text',
  userPrincipalName: 'text',
  userType: 'text',
} as const satisfies Record<string, PropertyKind>

/** What POST and PATCH of /users accept. */
export const USER_PROPERTIES: Readonly<Record<string, PropertyKind>> = {
  ...SHARED,
  ageGroup: 'text',
  city: 'text',
  companyName: 'text',
  consentProvidedForMinor: 'text',
  country: 'text',
  employeeHireDate: 'text',
  employeeId: 'text',
  employeeType: 'text',
  faxNumber: 'text',
  jobTitle: 'text',
  onPremisesImmutableId: 'text',
  otherMails: 'texts',
  postalCode: 'text',
  state: 'text',
  streetAddress: 'text',
}

/** What POST and PATCH of /education/users accept. */
export const EDUCATION_USER_PROPERTIES: Readonly<Record<string, PropertyKind>> = {
  ...SHARED,
  createdBy: 'object',
  externalSource: 'text',
  externalSourceDetail: 'text',
  mailingAddress: 'object',
  middleName: 'text',
  onPremisesInfo: 'object',
  primaryRole: 'text',
  residenceAddress: 'object',
  student: 'object',
  teacher: 'object',
}

/** What /users shows without $select. */
export const USER_DEFAULT_SELECTION = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
] as const

/** Computed properties that $select may ask for besides the stored ones. */
export const USER_COMPUTED = [
  'id',
  'assignedLicenses',
  'assignedPlans',
  'createdDateTime',
  'deletedDateTime',
  'provisionedPlans',
  'signInSessionsValidFromDateTime',
] as const
export const EDUCATION_USER_COMPUTED = ['id', 'assignedLicenses', 'assignedPlans', 'provisionedPlans'] as const

/** Kept, checked, and never shown again. */
export const SECRET_PROPERTIES: ReadonlySet<string> = new Set(['passwordProfile'])
