import type { AuthorizationServer, ClientAuth, TokenEndpointResponse } from 'oauth4webapi'
import { AuthError } from './auth-error.ts'
import { clientAuthOf, publicAuth } from './client-auth.ts'
import type { Registration, TokenSet } from './credentials.ts'
import { assertHeaderToken } from './header-token.ts'
import type { ClientKey } from './options.ts'

/** How a registered client authenticates at the token endpoint, with its key where it has one. */
export async function authOf(
  { clientId, clientSecret, authMethod }: Registration,
  server: AuthorizationServer,
  key?: ClientKey,
): Promise<ClientAuth> {
  if (authMethod === 'none') return publicAuth(clientId)
  if (authMethod === 'private_key_jwt' && key) {
    return clientAuthOf({ clientId, ...key, issuer: server.issuer })(server)
  }
  if (authMethod === 'private_key_jwt' || clientSecret === undefined) {
    const message = `The client ${clientId} needs a key or a secret at ${server.issuer}`
    throw new AuthError('registration', `${message}, and none is held`)
  }
  const method = authMethod === 'client_secret_post' ? 'post' : 'basic'
  return clientAuthOf({ clientId, clientSecret, method, issuer: server.issuer })(server)
}

/** How a client with or without a secret should authenticate at a server. */
export function authMethodFor(
  server: AuthorizationServer,
  secret: string | undefined,
): Registration['authMethod'] {
  if (secret === undefined) return 'none'
  const supported = server.token_endpoint_auth_methods_supported
  // What a server does not list, it takes by the header (RFC 8414).
  const methods = ['client_secret_basic', 'client_secret_post', 'none'] as const
  if (!supported) return 'client_secret_basic'
  return methods.find((one) => supported.includes(one)) ?? 'client_secret_basic'
}

/** Whether a client with a key authenticates by it at a server. */
export function takesKey(server: AuthorizationServer, key: ClientKey | undefined): boolean {
  const supported = server.token_endpoint_auth_methods_supported
  return key !== undefined && supported?.includes('private_key_jwt') === true
}

/** What a token endpoint answered, as it is kept. What it leaves out is as it was asked for, or as it was before. */
export function tokenSetOf(
  answer: TokenEndpointResponse,
  { scope, clientId, before }: { scope?: string | undefined; clientId: string; before?: TokenSet },
): TokenSet {
  assertHeaderToken(answer.access_token)
  const granted = answer.scope ?? before?.scope ?? scope
  const refreshToken = answer.refresh_token ?? before?.refreshToken
  const idToken = answer.id_token ?? before?.idToken
  // Nobody issues a token that is over: 0 says that it is not known when, or never.
  const lifetime = answer.expires_in || undefined
  return {
    kind: 'tokens',
    accessToken: answer.access_token,
    tokenType: answer.token_type === 'dpop' ? 'DPoP' : 'Bearer',
    clientId,
    ...(granted !== undefined && { scope: granted }),
    ...(lifetime !== undefined && { expiresAt: Date.now() + lifetime * 1000 }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...(idToken !== undefined && { idToken }),
  }
}
