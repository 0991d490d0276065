// The official client with only the middleware that we want of it: the guard that gives the token to known hosts alone, telemetry, and the
// call itself. Its RetryHandler (which would replay a create whose answer got lost, asleep in our process) and RedirectHandler are left out.
import {
  AuthenticationHandler,
  type AuthenticationProvider,
  Client,
  type Context,
  GraphClientError,
  type Middleware,
  TelemetryHandler,
} from '@microsoft/microsoft-graph-client'

export function createGraphClient({ baseUrl, fetch }: { readonly baseUrl: string; readonly fetch: typeof globalThis.fetch }): Client {
  const withoutToken: AuthenticationProvider = { getAccessToken: () => Promise.reject(new Error('A request came without its own token.')) }
  const callGraph: Middleware = {
    async execute(context: Context) {
      try {
        context.response = await fetch(context.request, context.options)
      } catch (error) {
        throw carry(error)
      }
    },
  }
  return Client.initWithMiddleware({
    baseUrl,
    defaultVersion: 'v1.0',
    customHosts: new Set([new URL(baseUrl).hostname]),
    middleware: [new AuthenticationHandler(withoutToken), new TelemetryHandler(), callGraph],
  })
}

/** The client rethrows its own error class as it is and rebuilds every other without its cause, so the true error travels inside one. */
function carry(error: unknown): GraphClientError {
  const carrier = new GraphClientError('carrier')
  carrier.customError = { carried: error }
  return carrier
}

/** What `fetch` threw, out of what the client threw. */
export function uncarry(error: unknown): unknown {
  return error instanceof GraphClientError && error.customError ? error.customError.carried : error
}
