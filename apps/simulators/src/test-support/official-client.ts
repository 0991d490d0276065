/*
 * Run as a process of its own by the tests, with NODE_EXTRA_CA_CERTS as in production: @azure/identity and the official
 * Graph client talk to the simulator whose url is the first argument. Prints what happened as one line of JSON.
 */
import { ClientCertificateCredential, ClientSecretCredential, type TokenCredential } from '@azure/identity'
import { Client, GraphError } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'
import { SIMULATED_CLIENT_ID, SIMULATED_CLIENT_SECRET, SIMULATED_TENANT_ID } from '../index.ts'
import { newPupil } from './create-test-tenant.ts'

const [url = '', certificatePath = ''] = process.argv.slice(2)
const authority = { authorityHost: url, disableInstanceDiscovery: true }
const secret = new ClientSecretCredential(SIMULATED_TENANT_ID, SIMULATED_CLIENT_ID, SIMULATED_CLIENT_SECRET, authority)
const wrongSecret = new ClientSecretCredential(SIMULATED_TENANT_ID, SIMULATED_CLIENT_ID, 'wrong', authority)
const certificate = new ClientCertificateCredential(SIMULATED_TENANT_ID, SIMULATED_CLIENT_ID, { certificatePath }, authority)

function createClient(credential: TokenCredential): Client {
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes: ['https://graph.microsoft.com/.default'] })
  return Client.initWithMiddleware({ authProvider, baseUrl: url, customHosts: new Set(['localhost']) })
}

async function outcomeOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof GraphError) return { statusCode: error.statusCode, code: error.code, message: error.message }
    throw error
  }
}

const client = createClient(secret)
const created = await client.api('/education/users').post(newPupil({ name: 'ann', personId: 'P-1' }))
process.stdout.write(
  `${JSON.stringify({
    created,
    found: await client.api('/education/users').filter("student/externalId eq 'P-1'").get(),
    conflict: await outcomeOf(() => client.api('/education/users').post(newPupil({ name: 'ann', personId: 'P-1' }))),
    absent: await outcomeOf(() => client.api('/users/nobody@edu.example').get()),
    deleted: await outcomeOf(() => client.api(`/users/${created.id}`).delete()),
    batch: await client.api('/$batch').post({ requests: [{ id: '1', method: 'GET', url: '/users' }] }),
    wrongSecret: await outcomeOf(() => createClient(wrongSecret).api('/users').get()),
    withCertificate: await createClient(certificate).api('/users').get(),
    retried: await outcomeOf(() => client.api('/education/users').post(newPupil({ name: 'bob', personId: 'P-2' }))),
    lost: await outcomeOf(() => client.api('/education/users').post(newPupil({ name: 'cat', personId: 'P-3' }))),
    reset: await outcomeOf(() => client.api('/education/schools').get()),
  })}\n`,
)
