/** How clients find the authorization servers of a resource. See RFC 9728 */
import type { HttpHead, PlainReply } from '../http/exchange.ts'
import { partsOf } from './resource.ts'
import { askable } from './scope-list.ts'

/** The document that says how to get in, and where it is. */
export interface Metadata {
  readonly document: Readonly<Record<string, unknown>>
  readonly url: string
  /** The paths at which it is served: the one of the resource, then the root of the host. */
  readonly paths: readonly string[]
}

export interface MetadataOptions {
  readonly resource: string
  readonly authorizationServers: readonly string[]
  readonly scopes: readonly string[]
  readonly dpop: { readonly required: boolean; readonly algorithms: readonly string[] } | undefined
  readonly more: Readonly<Record<string, unknown>> | undefined
}

/** Writes the document; undefined for a resource without an authorization server, which has nothing to tell. */
export function createMetadata(options: MetadataOptions): Metadata | undefined {
  const { resource, dpop } = options
  // Clients go no further where this is not the URL that they know.
  const { resource: _, ...more } = options.more ?? {}
  const scopes = askable(options.scopes)
  const document = {
    resource,
    authorization_servers: options.authorizationServers,
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    ...(dpop && { dpop_signing_alg_values_supported: dpop.algorithms }),
    ...(dpop?.required && { dpop_bound_access_tokens_required: true }),
    ...more,
  }
  const servers: unknown = document.authorization_servers
  if (!Array.isArray(servers) || servers.length === 0) return undefined
  const { origin, path, search } = partsOf(resource)
  return {
    document,
    url: origin + wellKnown + path + search,
    paths: [...new Set([wellKnown + path, wellKnown])],
  }
}

const wellKnown = '/.well-known/oauth-protected-resource'

/** Answers whoever asks for the document, from whatever page; undefined for requests of something else. */
export function createMetadataDoor(
  metadata: Metadata | undefined,
): (head: HttpHead) => PlainReply | undefined {
  if (!metadata) return () => undefined
  const paths = new Set(metadata.paths)
  const found: PlainReply = {
    status: 200,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(metadata.document),
  }
  return ({ method, url }) => {
    if (!url.startsWith(wellKnown) || !paths.has(pathOf(url))) return undefined
    if (method === 'GET' || method === 'HEAD') return found
    return method === 'OPTIONS' ? preflight : notAllowed
  }
}

const headers = {
  'access-control-allow-origin': '*',
  'cache-control': 'public, max-age=3600',
}

const preflight: PlainReply = {
  status: 204,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': 'mcp-protocol-version',
    'access-control-max-age': '7200',
  },
}

const notAllowed: PlainReply = { status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } }

function pathOf(url: string): string {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  return path.endsWith('/') ? path.slice(0, -1) : path
}
