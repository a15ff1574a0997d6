/** Dynamic client registration, which is deprecated: see RFC 7591 and /specification/2026-07-28/basic/authorization#dynamic-client-registration */
import { isObject } from '@lutra/core'
import type { AuthorizationServer } from 'oauth4webapi'
import { isLoopback } from '../http/loopback.ts'
import { AuthError } from './auth-error.ts'
import type { Registration } from './credentials.ts'
import type { Need } from './grant.ts'
import type { ClientIdentity } from './options.ts'
import { authMethodFor } from './tokens.ts'

/** Registers this client, where the authorization server lets clients do that; undefined where not. */
export async function registerDynamically(
  need: Need,
  identity: ClientIdentity,
  redirectUris: readonly string[],
): Promise<Registration | undefined> {
  const { authorizationServer: server, fetch, warn } = need
  const endpoint = server.registration_endpoint
  if (endpoint === undefined) return undefined
  if (!URL.canParse(endpoint)) {
    throw new AuthError('registration', `${server.issuer} names a registration endpoint at no URL`)
  }
  warn(
    `Registering at ${server.issuer} dynamically, which is deprecated: give \`metadataUrl\` or \`client\``,
  )
  const response = await fetch(endpoint, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(metadataOf(need, identity, redirectUris)),
  })
  const answer = readObject(await response.text())
  if (response.status !== 201 && response.status !== 200) throw refusal(server, response, answer)
  return readRegistration(server, answer, redirectUris)
}

function metadataOf(
  { authorizationServer: server }: Need,
  { name = 'MCP client', homepage }: ClientIdentity,
  redirectUris: readonly string[],
) {
  const native = redirectUris.every((uri) => isLoopback(new URL(uri).hostname))
  const methods = server.token_endpoint_auth_methods_supported ?? []
  // A program that people install keeps no secret; a server that insists on one gives one.
  const method = (['none', 'client_secret_basic', 'client_secret_post'] as const).find((one) =>
    methods.includes(one),
  )
  return {
    client_name: name,
    redirect_uris: redirectUris,
    application_type: native ? 'native' : 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: method ?? 'none',
    ...(homepage !== undefined && { client_uri: homepage }),
  }
}

function readRegistration(
  server: AuthorizationServer,
  answer: Readonly<Record<string, unknown>>,
  redirectUris: readonly string[],
): Registration {
  const { client_id: id, client_secret: secret, client_secret_expires_at: expires } = answer
  if (!isPrintable(id)) {
    throw new AuthError(
      'registration',
      `${server.issuer} registered this client without a proper id`,
    )
  }
  const clientSecret = isPrintable(secret) ? secret : undefined
  const said = methods.find((one) => one === answer['token_endpoint_auth_method'])
  return {
    kind: 'client',
    clientId: id,
    how: 'dynamic',
    redirectUris,
    authMethod:
      said && (said === 'none' || clientSecret) ? said : authMethodFor(server, clientSecret),
    ...(clientSecret !== undefined && { clientSecret }),
    // 0 stands for never.
    ...(typeof expires === 'number' && expires > 0 && { secretExpiresAt: expires * 1000 }),
  }
}

/** Whether a value is text as ids and secrets are made of. */
function isPrintable(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]{1,4096}$/.test(value)
}

const methods = ['none', 'client_secret_basic', 'client_secret_post'] as const

function refusal(
  { issuer }: AuthorizationServer,
  { status }: Response,
  answer: Readonly<Record<string, unknown>>,
): AuthError {
  const { error, error_description: words } = answer
  const code = typeof error === 'string' && /^\w{1,64}$/.test(error) ? error : `HTTP ${status}`
  const plain =
    typeof words === 'string' ? ` (${words.slice(0, 300).replaceAll(/[^ -~]/g, ' ')})` : ''
  const advice =
    code === 'invalid_redirect_uri'
      ? 'it does not take the address that people come back to'
      : 'register a client there by hand, and give it as `client: { id }`'
  return new AuthError(
    'registration',
    `${issuer} did not register this client: ${code}${plain} — ${advice}`,
  )
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
