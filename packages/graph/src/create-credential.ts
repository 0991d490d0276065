import { ClientCertificateCredential, ClientSecretCredential, DefaultAzureCredential, type TokenCredential } from '@azure/identity'
import type { GraphConfig } from './graph-config.ts'

/** Authorities whose metadata Microsoft vouches for; any other (the simulator) would fail the instance discovery. */
const MICROSOFT_AUTHORITIES = new Set(['login.microsoftonline.com', 'login.microsoftonline.us', 'login.chinacloudapi.cn'])

/**
 * Makes the credential that the configuration asks for. Nothing is sent before its first token.
 * @throws Error where the configuration contradicts itself
 */
export function createCredential(config: GraphConfig): TokenCredential {
  const { GRAPH_TENANT_ID: tenantId, GRAPH_CLIENT_ID: clientId, GRAPH_CLIENT_SECRET: secret, GRAPH_CLIENT_CERTIFICATE_PATH: path } = config
  if (secret !== undefined && path !== undefined) {
    throw new Error(
      'GRAPH_CLIENT_SECRET and GRAPH_CLIENT_CERTIFICATE_PATH are both set; expected one of them, or neither for a managed identity.',
    )
  }
  const authority = {
    authorityHost: config.GRAPH_AUTHORITY_HOST,
    disableInstanceDiscovery: !MICROSOFT_AUTHORITIES.has(new URL(config.GRAPH_AUTHORITY_HOST).hostname),
  }
  if (secret === undefined && path === undefined) {
    return new DefaultAzureCredential({
      ...authority,
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(clientId === undefined ? {} : { managedIdentityClientId: clientId, workloadIdentityClientId: clientId }),
    })
  }
  if (tenantId === undefined || clientId === undefined) {
    throw new Error('A client secret or certificate needs GRAPH_TENANT_ID and GRAPH_CLIENT_ID; one of them is missing.')
  }
  // The queue owns waiting: one try per job, and no request without an end.
  const options = {
    ...authority,
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ position: 'perRetry' as const, policy: timeoutPolicy(config.GRAPH_REQUEST_TIMEOUT_MS) }],
  }
  if (secret !== undefined) return new ClientSecretCredential(tenantId, clientId, secret, options)
  return new ClientCertificateCredential(tenantId, clientId, { certificatePath: path ?? '' }, options)
}

type Policy = NonNullable<NonNullable<ConstructorParameters<typeof ClientSecretCredential>[3]>['additionalPolicies']>[number]['policy']

/** The Azure pipeline has no time limit of its own. */
function timeoutPolicy(timeoutMs: number): Policy {
  return {
    name: 'rollcallTimeout',
    sendRequest(request, next) {
      request.timeout = timeoutMs
      return next(request)
    },
  }
}
