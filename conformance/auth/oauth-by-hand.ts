/** OAuth as its requests, for what no client would send. */
import { createHash, randomBytes } from 'node:crypto'

export interface ByHand {
  readonly clientId: string
  readonly redirectUri: string
  readonly verifier: string
  /** The page where a person is asked. `changes` replaces parameters; undefined leaves one out. */
  page(changes?: Readonly<Record<string, string | undefined>>): URL
  /** Asks the token endpoint. */
  token(
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  /** Redeems a code as it should be done, but for the changes. */
  redeem(code: string, changes?: Readonly<Record<string, string>>): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Registering {
  readonly issuer: string
  readonly resource: string
  readonly name?: string
  readonly redirectUri?: string
}

/** Registers a client and makes what it sends. */
export async function registerByHand(registering: Registering): Promise<ByHand> {
  const { issuer, resource, name = 'By hand' } = registering
  const redirectUri = registering.redirectUri ?? 'http://127.0.0.1:9/callback'
  const metadata = await metadataOf(issuer)
  const { status, body } = await register(issuer, {
    client_name: name,
    redirect_uris: [redirectUri],
    application_type: redirectUri.startsWith('https:') ? 'web' : 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  })
  if (status !== 201) throw new Error(`No registration: ${status} ${JSON.stringify(body)}`)
  const clientId = String(body['client_id'])
  const verifier = randomBytes(32).toString('base64url')
  const token: ByHand['token'] = (fields, headers = {}) =>
    post(metadata['token_endpoint'] ?? '', new URLSearchParams(fields), headers)
  return {
    clientId,
    redirectUri,
    verifier,
    page(changes = {}) {
      const url = new URL(metadata['authorization_endpoint'] ?? '')
      const query = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: 'notes:read',
        state: 'a-state',
        resource,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...changes,
      }
      for (const [key, value] of Object.entries(query)) {
        if (value !== undefined) url.searchParams.set(key, value)
      }
      return url
    },
    token,
    redeem: (code, changes = {}) =>
      token({
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        resource,
        code,
        ...changes,
      }),
  }
}

async function metadataOf(issuer: string): Promise<Readonly<Record<string, string>>> {
  const response = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  return (await response.json()) as Record<string, string>
}

/** Asks for a registration. */
export async function register(issuer: string, metadata: object): Promise<Answer> {
  const { registration_endpoint: endpoint = '' } = await metadataOf(issuer)
  return post(endpoint, JSON.stringify(metadata), { 'content-type': 'application/json' })
}

async function post(
  url: string,
  body: string | URLSearchParams,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual' })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : {} }
}
