/** The servers that tokens are for. See /specification/2026-07-28/basic/authorization#resource-parameter-implementation */
import type { AuthServerOptions, ResourceOptions, Scopes } from './options.ts'

export interface Resource {
  readonly url: string
  /** By name, in words. */
  readonly scopes: ReadonlyMap<string, string>
  readonly defaultScopes: readonly string[]
  readonly tokens: 'jwt' | 'opaque'
}

export interface Resources {
  readonly all: readonly Resource[]
  /** By its URL, with or without the slash that parsing adds to a bare origin. */
  find(url: string): Resource | undefined
  readonly scopes: readonly string[]
}

/** Reads the resources that were configured. */
export function readResources(options: AuthServerOptions): Resources {
  const shared = options.scopes ?? { mcp: 'Use this server on your behalf' }
  const listed = Array.isArray(options.resources)
    ? options.resources.map((url: string) => [url, {}] as const)
    : Object.entries(options.resources as Readonly<Record<string, ResourceOptions>>)
  const all = listed.map(([url, resource]) => readResource(url, { scopes: shared, ...resource }))
  if (all.length === 0)
    throw new TypeError('resources: name at least one server that tokens are for')
  const byUrl = new Map(all.map((resource) => [new URL(resource.url).href, resource]))
  return {
    all,
    find: (url) => (URL.canParse(url) ? byUrl.get(new URL(url).href) : undefined),
    scopes: [...new Set(all.flatMap(({ scopes }) => [...scopes.keys()]))],
  }
}

function readResource(url: string, options: ResourceOptions): Resource {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || url.includes('#'))
    throw new TypeError(`resources: ${JSON.stringify(url)} is no http(s) URL without a fragment`)
  const scopes = readScopes(options.scopes ?? [])
  if (scopes.size === 0)
    throw new TypeError(`resources: ${url} has no scope, so nothing could be granted`)
  const defaultScopes = options.defaultScopes ?? [...scopes.keys()]
  for (const scope of defaultScopes)
    if (!scopes.has(scope))
      throw new TypeError(`resources: ${url} has no scope ${scope} to give by default`)
  return { url, scopes, defaultScopes, tokens: options.tokens ?? 'jwt' }
}

function readScopes(scopes: Scopes): ReadonlyMap<string, string> {
  const pairs = Array.isArray(scopes)
    ? scopes.map((name: string) => [name, name] as const)
    : Object.entries(scopes as Readonly<Record<string, string>>)
  for (const [name] of pairs)
    if (!/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name))
      throw new TypeError(
        `scopes: ${JSON.stringify(name)} is no scope: visible ASCII without quote and backslash`,
      )
  return new Map(pairs)
}
