/** See /specification/2026-07-28/basic/authorization#client-registration-approaches */
import type { AuthorizationServer } from 'oauth4webapi'
import { AuthError } from './auth-error.ts'
import type { Registration } from './credentials.ts'
import type { Need } from './grant.ts'
import type { ClientIdentity, ClientKey, PreRegistered } from './options.ts'
import { registerDynamically } from './register-dynamic.ts'
import { authMethodFor, takesKey } from './tokens.ts'

/** The registration of this client at an authorization server: given, by document, held, made now, or asked for, in this order. */
export async function registrationOf(
  need: Need,
  identity: ClientIdentity,
  redirectUris: readonly string[],
): Promise<Registration> {
  const { authorizationServer: server, store } = need
  const { issuer } = server
  const held = await store.get({ kind: 'client', issuer })
  const registration =
    (await givenClient(need, identity)) ??
    (held?.how === 'pre-registered' && identity.client === undefined ? held : undefined) ??
    byDocument(server, identity) ??
    (held?.how === 'dynamic' && isUsable(held, redirectUris) ? held : undefined) ??
    (await registerDynamically(need, identity, redirectUris)) ??
    (await askedFor(need, identity, redirectUris))
  if (!registration) throw noClient(issuer)
  if (registration !== held) await store.set({ kind: 'client', issuer }, registration)
  return registration
}

/** Refuses an identity that cannot work anywhere. */
export function assertIdentity({ metadataUrl }: ClientIdentity): void {
  if (metadataUrl === undefined) return
  const url = URL.canParse(metadataUrl) ? new URL(metadataUrl) : undefined
  if (url?.protocol === 'https:' && url.pathname !== '/' && !url.hash && !url.username) return
  throw new TypeError(
    '`metadataUrl` has to be an https URL with a path: https://app.example/client.json',
  )
}

async function givenClient(
  { authorizationServer: server, store }: Need,
  { client, key }: ClientIdentity,
): Promise<Registration | undefined> {
  if (client === undefined) return undefined
  const given = 'id' in client ? [client] : client
  const exact = given.find(({ issuer }) => issuer === server.issuer)
  if (exact) return preRegistered(exact, server, key)
  const registered = (await store.list()).flatMap(({ key, credential }) =>
    key.kind === 'client' && credential.kind === 'client' && credential.how === 'pre-registered'
      ? [{ issuer: key.issuer, id: credential.clientId }]
      : [],
  )
  // The first authorization server that a client is used with is its own from then on.
  const ownOf = ({ id, issuer }: PreRegistered) =>
    issuer ?? registered.find((one) => one.id === id)?.issuer ?? server.issuer
  const free = given.find((one) => ownOf(one) === server.issuer)
  if (free) return preRegistered(free, server, key)
  // Whoever gives several clients may want others to be registered as they come.
  const [only] = given
  if (given.length !== 1 || !only) return undefined
  throw new AuthError(
    'registration',
    `The server takes tokens of ${server.issuer}, but the client ${only.id} is registered at ${ownOf(only)}: ` +
      'register it there as well, and give both as `client`',
  )
}

function preRegistered(
  { id, secret, authMethod }: PreRegistered,
  server: AuthorizationServer,
  key?: ClientKey,
): Registration {
  const own = secret === undefined && takesKey(server, key) ? 'private_key_jwt' : undefined
  return {
    kind: 'client',
    clientId: id,
    authMethod: authMethod ?? own ?? authMethodFor(server, secret),
    how: 'pre-registered',
    ...(secret !== undefined && { clientSecret: secret }),
  }
}

function byDocument(
  server: AuthorizationServer,
  { metadataUrl, key }: ClientIdentity,
): Registration | undefined {
  if (metadataUrl === undefined || server['client_id_metadata_document_supported'] !== true) {
    return undefined
  }
  const authMethod = takesKey(server, key) ? 'private_key_jwt' : 'none'
  return { kind: 'client', clientId: metadataUrl, authMethod, how: 'metadata-document' }
}

function isUsable(held: Registration, redirectUris: readonly string[]): boolean {
  const { redirectUris: registered = [], secretExpiresAt } = held
  if (secretExpiresAt !== undefined && secretExpiresAt <= Date.now()) return false
  return redirectUris.every((one) => registered.includes(one))
}

async function askedFor(
  { authorizationServer: server }: Need,
  { onNeedClient }: ClientIdentity,
  redirectUris: readonly string[],
): Promise<Registration | undefined> {
  const given = await onNeedClient?.({ issuer: server.issuer, redirectUris })
  return given && preRegistered(given, server)
}

function noClient(issuer: string): AuthError {
  return new AuthError(
    'registration',
    `${issuer} neither reads client metadata documents that this client has nor registers clients: ` +
      'register one there by hand, and give it as `client: { id }`',
  )
}
