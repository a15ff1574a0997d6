import type { AuthorizationServer } from 'oauth4webapi'
import type { MaybePromise } from '../options.ts'
import { AuthError } from './auth-error.ts'
import type { Demand } from './challenge.ts'
import { discoverIssuer, findIssuer } from './discover-issuer.ts'
import { discoverResource } from './discover-resource.ts'
import type { Outbound } from './outbound.ts'
import { canonicalResource } from './resource.ts'

/** Where tokens for a server come from, by its own metadata and that of its authorization server. */
export interface Place {
  readonly authorizationServer: AuthorizationServer
  /** Goes into every request for a token. */
  readonly resource: string
  readonly scopes?: readonly string[]
  readonly bound: boolean
}

export interface Search {
  readonly server: URL
  readonly demand: Demand
  readonly outbound: Outbound
  /** Whether a person takes part: only then are endpoints guessed that no metadata names. */
  readonly interactive: boolean
  /** Which of several authorization servers it is to be. */
  choose(issuers: readonly string[]): MaybePromise<string>
}

/** Finds out where tokens for a server come from. */
export async function findPlace(search: Search): Promise<Place> {
  const { server, demand, outbound, choose } = search
  const found = await discoverResource(server, demand, outbound)
  if (!found) return legacyPlace(search)
  const { resource, issuers, scopes, bound } = found
  const issuer = issuers.length === 1 ? issuers[0] : await choose(issuers)
  if (issuer === undefined || !issuers.includes(issuer)) {
    throw new AuthError('discovery', `${server.origin} does not take tokens of the issuer chosen`)
  }
  const authorizationServer = await discoverIssuer(issuer, outbound)
  return { authorizationServer, resource, bound, ...(scopes && { scopes }) }
}

/** Servers of 2025-03-26 have no metadata of their own: they are their authorization servers. See /specification/2025-03-26/basic/authorization */
async function legacyPlace({ server, outbound, interactive }: Search): Promise<Place> {
  const { origin } = server
  const found = await findIssuer(origin, outbound)
  if (!found && !interactive) {
    const message = `${origin} has no metadata that says where tokens for it come from`
    throw new AuthError('discovery', `${message}; give one by token() if you have it`)
  }
  return {
    authorizationServer: found ?? guessedServer(origin),
    resource: canonicalResource(server),
    bound: false,
  }
}

/** Where the endpoints are of an authorization server that says nothing of itself. */
export function guessedServer(issuer: string): AuthorizationServer {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    // That revision asks all of them for it.
    code_challenge_methods_supported: ['S256'],
  }
}
