/** How a program authenticates at a token endpoint. See RFC 6749 section 2.3 and RFC 7523 section 2.2. */
import type { AuthorizationServer, ClientAuth } from 'oauth4webapi'
import { AuthError } from './auth-error.ts'
import { type JwtSigner, jwtSigner, type PrivateKey } from './key.ts'

/** A client that somebody registered at an authorization server, with what proves that this program is it. */
export type ClientCredential = SecretCredential | KeyCredential

export interface SecretCredential {
  readonly clientId: string
  readonly clientSecret: string
  /** How the secret is sent. Default: what the metadata of the authorization server prefers, else `basic`. */
  readonly method?: 'basic' | 'post'
  /** The authorization server that the secret is for. Default: the first one that it is used with, and from then on only that. */
  readonly issuer?: string
}

export interface KeyCredential {
  readonly clientId: string
  /** Signs an assertion for each request: `private_key_jwt`. */
  readonly privateKey: PrivateKey
  readonly algorithm?: string
  readonly keyId?: string
  /** The only authorization server that it is used with. Default: any, as an assertion is good at one only. */
  readonly issuer?: string
}

/** Makes what authenticates requests at an authorization server. Reads the key once. */
export function clientAuthOf(
  credential: ClientCredential,
): (server: AuthorizationServer) => Promise<ClientAuth> {
  if ('privateKey' in credential) {
    let signer: Promise<JwtSigner> | undefined
    return async (server) => {
      mustServe(server, 'private_key_jwt')
      signer ??= jwtSigner(credential.privateKey, credential)
      return assertionAuth(credential.clientId, await signer)
    }
  }
  let issuer = credential.issuer
  return async (server) => {
    issuer ??= server.issuer
    mustBe(issuer, server)
    const method = credential.method ?? secretMethod(server)
    return method === 'post' ? secretInBody(credential) : secretInHeader(credential)
  }
}

/** A client without a secret: it only says who it is, or not even that. */
export function publicAuth(clientId: string | undefined): ClientAuth {
  return (_server, _client, body) => {
    if (clientId !== undefined) body.set('client_id', clientId)
  }
}

/** Refuses to give away to `server` what is meant for `issuer`. */
function mustBe(issuer: string, server: AuthorizationServer): void {
  if (issuer === server.issuer) return
  const message = `The server takes tokens of ${server.issuer}, but these credentials are for ${issuer}`
  throw new AuthError('authorization', `${message}: register this client there, and give both`)
}

// An assertion is used once, at once.
const assertionSeconds = 60

function assertionAuth(clientId: string, signer: JwtSigner): ClientAuth {
  return async (server, _client, body) => {
    const algorithms = server['token_endpoint_auth_signing_alg_values_supported']
    if (Array.isArray(algorithms) && !algorithms.includes(signer.algorithm)) {
      const message = `${server.issuer} takes assertions signed by ${algorithms.join(', ')}`
      throw new AuthError('authorization', `${message}; the key signs by ${signer.algorithm}`)
    }
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: clientId, sub: clientId, aud: server.issuer, jti: crypto.randomUUID() }
    const assertion = await signer
      .sign({ ...claims, iat: now, exp: now + assertionSeconds })
      .catch((cause: unknown) => {
        const message = `The assertion of ${clientId} for ${server.issuer} could not be signed`
        throw new AuthError('authorization', message, { cause })
      })
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    body.set('client_assertion', assertion)
  }
}

function secretMethod(server: AuthorizationServer): 'basic' | 'post' {
  const supported = server.token_endpoint_auth_methods_supported
  if (!supported || supported.includes('client_secret_basic')) return 'basic'
  if (supported.includes('client_secret_post')) return 'post'
  throw unsupported(server, 'a client secret')
}

function mustServe(server: AuthorizationServer, method: string): void {
  const supported = server.token_endpoint_auth_methods_supported
  if (supported && !supported.includes(method)) throw unsupported(server, `a key (${method})`)
}

function unsupported(server: AuthorizationServer, what: string): AuthError {
  const offered = server.token_endpoint_auth_methods_supported?.join(', ') || 'nothing'
  const message = `${server.issuer} does not let clients authenticate by ${what}`
  return new AuthError('authorization', `${message}; it offers: ${offered}`)
}

function secretInBody({ clientId, clientSecret }: SecretCredential): ClientAuth {
  return (_server, _client, body) => {
    body.set('client_id', clientId)
    body.set('client_secret', clientSecret)
  }
}

function secretInHeader({ clientId, clientSecret }: SecretCredential): ClientAuth {
  const credentials = `${formEncode(clientId)}:${formEncode(clientSecret)}`
  // biome-ignore lint/complexity/useMaxParams: the library calls it with these.
  return (_server, _client, _body, headers) => {
    headers.set('authorization', `Basic ${btoa(credentials)}`)
  }
}

// No more is encoded than the form rules ask for: servers that do not decode are spared what they would trip over.
function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1)
}
