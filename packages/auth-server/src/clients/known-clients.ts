import { type ClientMetadata, errors } from 'oidc-provider'
import type { ClientOptions } from '../options.ts'
import type { Settings } from '../settings.ts'
import { checkClient, isNative } from './client-rules.ts'

/** The grant of RFC 7523, by which assertions become tokens. */
export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Whether assertions are accepted at all. */
export function acceptsAssertions({ enterprise, workloads }: Settings): boolean {
  return enterprise !== undefined || (workloads?.length ?? 0) > 0
}

/** The clients that are known beforehand, workloads among them, in the provider's words. */
export function knownClients(settings: Settings): ClientMetadata[] {
  const clients = (settings.clients ?? []).map((client) => toMetadata(client, settings))
  const workloads = (settings.workloads ?? []).map(({ id }) =>
    toMetadata({ id, grants: [jwtBearer] }, settings),
  )
  const all = [...clients, ...workloads]
  checkLimits(settings)
  const ids = new Set(all.map(({ client_id: id }) => id))
  if (ids.size !== all.length) throw new TypeError('clients: two have the same id')
  return all
}

/** The scopes that a client can ever have, where that is limited. */
export function scopesOfClients(settings: Settings): ReadonlyMap<string, readonly string[]> {
  const limited = [...(settings.clients ?? []), ...(settings.workloads ?? [])]
  return new Map(limited.flatMap(({ id, scopes }) => (scopes ? [[id, scopes] as const] : [])))
}

function checkLimits({ clients = [], workloads = [], resources }: Settings): void {
  for (const { id, scopes = [] } of [...clients, ...workloads])
    for (const scope of scopes)
      if (!resources.scopes.includes(scope))
        throw new TypeError(`clients: ${id} is given the scope ${scope}, which no resource has`)
  for (const { id, introspects } of clients)
    if (introspects !== undefined && !resources.find(introspects))
      throw new TypeError(`clients: ${id} introspects ${introspects}, which is not among resources`)
}

function toMetadata(client: ClientOptions, settings: Settings): ClientMetadata {
  const { id, name = id, secret, jwks, jwksUri, redirectUris = [] } = client
  const keyed = jwks !== undefined || jwksUri !== undefined
  if (secret !== undefined && secret.length < 16)
    throw new TypeError(`clients: the secret of ${id} must have at least 16 characters`)
  const method = keyed ? 'private_key_jwt' : secret ? 'client_secret_basic' : 'none'
  const grants = client.grants ?? usualGrants(client, settings)
  const native = redirectUris.some((uri) => URL.canParse(uri) && isNative(new URL(uri)))
  const metadata: ClientMetadata = {
    client_id: id,
    client_name: name,
    token_endpoint_auth_method: method,
    application_type: native ? 'native' : 'web',
    grant_types: [...grants],
    response_types: grants.includes('authorization_code') ? ['code'] : [],
    redirect_uris: [...redirectUris],
    dpop_bound_access_tokens: client.dpop ?? false,
    ...(secret === undefined || keyed ? {} : { client_secret: secret }),
    ...(jwks === undefined ? {} : { jwks: { keys: [...jwks.keys] } }),
    ...(jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
  }
  try {
    checkClient(metadata)
  } catch (cause) {
    const why = cause instanceof errors.OIDCProviderError ? cause.error_description : ''
    throw new TypeError(`clients: ${id}: ${why}`, { cause })
  }
  return metadata
}

function usualGrants(client: ClientOptions, settings: Settings): readonly string[] {
  const confidential = Boolean(client.secret ?? client.jwks ?? client.jwksUri)
  const grants: string[] = []
  if (client.redirectUris?.length) grants.push('authorization_code', 'refresh_token')
  else if (confidential && client.introspects === undefined) grants.push('client_credentials')
  if (confidential && settings.enterprise) grants.push(jwtBearer)
  return grants
}
