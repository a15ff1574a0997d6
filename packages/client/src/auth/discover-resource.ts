/** See RFC 9728 and /specification/2026-07-28/basic/authorization#protected-resource-metadata-discovery-requirements */
import { isObject } from '@lutra/core'
import { AuthError } from './auth-error.ts'
import type { Demand } from './challenge.ts'
import type { Outbound } from './outbound.ts'
import { readJson } from './read-json.ts'
import { resourceCovers } from './resource.ts'
import { readScopes } from './scope.ts'

/** What a server says of how it is protected. */
export interface ProtectedResource {
  /** Its identifier, as it writes it. */
  readonly resource: string
  /** At least one. */
  readonly issuers: readonly string[]
  readonly scopes?: readonly string[]
  /** Whether it takes no tokens but those that are bound to a key. */
  readonly bound: boolean
}

/** Where the metadata of a server is, in the order in which it is looked for. */
export function resourceMetadataUrls(server: URL): readonly URL[] {
  const root = new URL(`/.well-known/oauth-protected-resource`, server.origin)
  if (server.pathname === '/' && !server.search) return [root]
  const path = server.pathname === '/' ? '' : server.pathname
  return [new URL(`${root.href}${path}${server.search}`), root]
}

/** Finds the metadata of a server: where its challenge says, and nowhere else then. Undefined where it has none. */
export async function discoverResource(
  server: URL,
  demand: Demand,
  outbound: Outbound,
): Promise<ProtectedResource | undefined> {
  const { resourceMetadata } = demand
  if (resourceMetadata !== undefined) {
    const url = URL.canParse(resourceMetadata) ? new URL(resourceMetadata) : undefined
    if (!url) throw new AuthError('discovery', `${server.origin} names resource metadata at no URL`)
    const found = await readJson(url, outbound)
    if (found.kind === 'document') return readResource(found.document, url, server)
    const message = `${server.origin} says that its resource metadata is at ${placeOf(url)}`
    throw new AuthError('discovery', `${message}, but there ${found.why}`)
  }
  for (const url of resourceMetadataUrls(server)) {
    const found = await readJson(url, outbound)
    if (found.kind === 'document') return readResource(found.document, url, server)
  }
  return undefined
}

function readResource(document: unknown, from: URL, server: URL): ProtectedResource {
  const where = `The resource metadata at ${placeOf(from)}`
  if (!isObject(document)) throw new AuthError('discovery', `${where} is no JSON object`)
  const { resource, authorization_servers: servers, scopes_supported: scopes } = document
  if (typeof resource !== 'string') throw new AuthError('discovery', `${where} has no "resource"`)
  if (!resourceCovers(resource, server)) {
    const message = `${where} is about ${resource.slice(0, 200)}, not about ${placeOf(server)}`
    throw new AuthError('discovery', `${message}: tokens for one must not go to the other`)
  }
  const issuers = Array.isArray(servers) ? servers.filter((one) => typeof one === 'string') : []
  if (issuers.length === 0) {
    throw new AuthError('discovery', `${where} names no authorization server`)
  }
  return {
    resource,
    issuers: issuers.slice(0, maxIssuers),
    bound: document['dpop_bound_access_tokens_required'] === true,
    ...(Array.isArray(scopes) && { scopes: readScopes(scopes) }),
  }
}

const maxIssuers = 20

function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`
}
