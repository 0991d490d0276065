/*
 * Every refusal the simulated directory knows, with the status, code and sentence that Microsoft Graph uses.
 * Sources: Graph's documentation and bodies quoted in public issues; clients tell "already a member" from other bad
 * requests by the sentence alone, so the sentences are part of the contract.
 */
import { GraphError, type GraphErrorDetail } from './graph-error.ts'

function badRequest(message: string, details: readonly GraphErrorDetail[] = []): GraphError {
  return new GraphError({ status: 400, code: 'Request_BadRequest', message, details })
}

function withDetail({ code, target, message }: { code: string; target: string; message: string }): GraphError {
  return badRequest(message, [{ code, message, target }])
}

export const graphErrors = {
  unreadableBody: () =>
    new GraphError({
      status: 400,
      code: 'BadRequest',
      message: 'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    }),
  unknownSegment: (segment: string) =>
    new GraphError({ status: 400, code: 'BadRequest', message: `Resource not found for the segment '${segment}'.` }),
  methodNotAllowed: () =>
    new GraphError({ status: 405, code: 'Request_BadRequest', message: 'Specified HTTP method is not allowed for the request target.' }),
  unsupportedQuery: (message: string) => new GraphError({ status: 400, code: 'Request_UnsupportedQuery', message }),
  invalidFilter: () => new GraphError({ status: 400, code: 'BadRequest', message: 'Invalid filter clause' }),
  unknownProperty: ({ property, type }: { property: string; type: string }) =>
    new GraphError({
      status: 400,
      code: 'BadRequest',
      message: `Could not find a property named '${property}' on type 'microsoft.graph.${type}'.`,
    }),
  invalidTop: () =>
    new GraphError({ status: 400, code: 'BadRequest', message: 'Invalid page size specified. Must be between 1 and 999 inclusive.' }),
  invalidBatch: (message: string) => new GraphError({ status: 400, code: 'BadRequest', message }),

  missingToken: () => new GraphError({ status: 401, code: 'InvalidAuthenticationToken', message: 'Access token is empty.' }),
  malformedToken: () => new GraphError({ status: 401, code: 'InvalidAuthenticationToken', message: 'Access token validation failure.' }),
  expiredToken: () =>
    new GraphError({ status: 401, code: 'InvalidAuthenticationToken', message: 'Lifetime validation failed, the token is expired.' }),

  invalidProperty: (property: string) => badRequest(`Invalid property '${property}'.`),
  missingValue: (property: string) =>
    withDetail({ code: 'InvalidValue', target: property, message: `Property ${property} value is required but is empty or missing.` }),
  invalidValue: ({ property, resource = 'User' }: { property: string; resource?: string }) =>
    withDetail({
      code: 'InvalidValue',
      target: property,
      message: `Invalid value specified for property '${property}' of resource '${resource}'.`,
    }),
  invalidUserPrincipalName: () =>
    withDetail({ code: 'InvalidValue', target: 'userPrincipalName', message: 'Property userPrincipalName is invalid.' }),
  unverifiedDomain: () =>
    withDetail({
      code: 'InvalidValue',
      target: 'userPrincipalName',
      message:
        'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
    }),
  weakPassword: () =>
    badRequest('The specified password does not comply with password complexity requirements. Please provide a different password.'),
  objectConflict: ({ property, conflictingId }: { property: string; conflictingId?: string | undefined }) => {
    const message = `Another object with the same value for property ${property} already exists.`
    const details: GraphErrorDetail[] = [{ code: 'ObjectConflict', message, target: property }]
    if (conflictingId !== undefined) details.push({ code: 'ConflictingObjects', message: `User_${conflictingId}`, target: property })
    return badRequest(message, details)
  },
  conflictingObject: () =>
    badRequest('A conflicting object with one or more of the specified property values is present in the directory.'),

  referenceExists: (property: string) =>
    badRequest(`One or more added object references already exist for the following modified properties: '${property}'.`),
  referenceMissing: (property: string) =>
    badRequest(`One or more removed object references do not exist for the following modified properties: '${property}'.`),
  tooManyReferences: (count: number) => badRequest(`The number of references in the request is ${count}, which exceeds the limit of 20.`),
  invalidReference: () => badRequest('Invalid URL format specified in @odata.id.'),

  invalidUsageLocation: () => badRequest('License assignment cannot be done for user with invalid usage location.'),
  noLicenceLeft: (skuId: string) => badRequest(`Subscription with SKU ${skuId} does not have any available licenses.`),
  unknownLicence: (skuId: string) => badRequest(`License ${skuId} does not correspond to a valid company License.`),
  licenceNotAssigned: () => badRequest('User does not have a corresponding license.'),

  resourceNotFound: (id: string) =>
    new GraphError({
      status: 404,
      code: 'Request_ResourceNotFound',
      message: `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    }),
  forbidden: () =>
    new GraphError({ status: 403, code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' }),
  tenantQuota: () =>
    new GraphError({
      status: 403,
      code: 'Directory_QuotaExceeded',
      message:
        'The directory object quota limit for the Tenant has been exceeded. Please ask your administrator to increase the quota limit or delete objects to reduce the used quota.',
    }),
  memberQuota: () =>
    new GraphError({
      status: 403,
      code: 'Directory_QuotaExceeded',
      message: "Unable to perform operation as '101' would exceed the maximum quota count '100' for forward-link 'members'.",
    }),
  concurrencyViolation: () =>
    new GraphError({
      status: 409,
      code: 'Directory_ConcurrencyViolation',
      message: 'Error due to concurrent requests being made to the tenant. Please wait briefly and retry.',
    }),
  tooManyRequests: (headers: Record<string, string>) =>
    new GraphError({ status: 429, code: 'TooManyRequests', message: 'Please retry again later.', headers }),
  failedDependency: (headers: Record<string, string> = {}) =>
    new GraphError({ status: 424, code: 'FailedDependency', message: 'A request that this request depends on has failed.', headers }),
  server: (status: number) => {
    const codes: Record<number, string> = { 500: 'InternalServerError', 503: 'ServiceUnavailable', 507: 'InsufficientStorage' }
    return new GraphError({ status, code: codes[status] ?? 'UnknownError', message: 'The server could not complete the request.' })
  },
} as const
