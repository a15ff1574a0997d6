/** What the official SDKs' clients want of whoever uses them: one object that remembers everything, in memory. */
import { createServer } from 'node:http'
import type { OAuthClientProvider } from '@modelcontextprotocol/client'
import type { OAuthClientProvider as OAuthClientProvider1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { listenOnLoopback } from './loopback.ts'
import type { Answers, Person } from './person.ts'

export interface OfficialSignIn {
  readonly provider: OAuthClientProvider & OAuthClientProvider1
  /** The query that the browser came back with. */
  returned(): URLSearchParams
  [Symbol.asyncDispose](): Promise<void>
}

/** Lets `person` sign in for an official client, which comes back to a listener on loopback. */
export async function officialSignIn(
  person: Person,
  answers: Answers = {},
): Promise<OfficialSignIn> {
  const landing = createServer((_, response) => response.end('<h1>Back at the client</h1>'))
  const { origin, close } = await listenOnLoopback(landing)
  const redirectUrl = `${origin}/callback`
  const kept = new Map<string, unknown>()
  let query = new URLSearchParams()
  const read = <T>(name: string) => kept.get(name) as T
  const provider = {
    redirectUrl,
    clientMetadata: {
      client_name: 'Official client',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
    state: () => 'a state of its own',
    clientInformation: () => read<{ client_id: string } | undefined>('client'),
    saveClientInformation: (client: unknown) => void kept.set('client', client),
    tokens: () => read<{ access_token: string; token_type: string } | undefined>('tokens'),
    saveTokens: (tokens: unknown) => void kept.set('tokens', tokens),
    saveCodeVerifier: (verifier: string) => void kept.set('verifier', verifier),
    codeVerifier: () => read<string>('verifier'),
    saveDiscoveryState: (state: unknown) => void kept.set('discovery', state),
    discoveryState: () => read<undefined>('discovery'),
    async redirectToAuthorization(url: URL) {
      query = (await person.signIn(url, answers)).searchParams
    },
  }
  return { provider, returned: () => query, [Symbol.asyncDispose]: close }
}
