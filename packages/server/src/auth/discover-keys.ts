/** Where an authorization server has its keys. See /specification/2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery */
import { type Fetching, fetchJson } from './fetch-json.ts'
import { Unavailable } from './refusal.ts'
import { issuerUrl } from './resource.ts'

/** The address of an issuer's keys, as its own metadata says. */
export async function discoverKeys(issuer: string, fetching: Fetching): Promise<string> {
  const reasons: string[] = []
  for (const url of metadataUrls(issuer)) {
    try {
      const metadata = await fetchJson(url, accept, fetching)
      return readMetadata(metadata, issuer, url)
    } catch (cause) {
      if (!(cause instanceof Unavailable)) throw cause
      reasons.push(cause.message)
    }
  }
  throw new Unavailable(
    `The metadata of ${issuer} cannot be used, so its tokens cannot be checked: ${reasons.join('; ')}`,
  )
}

const accept = { headers: { accept: 'application/json' } }

/** In the order in which they are tried: OAuth first, then OpenID Connect in both of its places. */
export function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const urls = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  return [...new Set(urls)]
}

function readMetadata(metadata: Record<string, unknown>, issuer: string, url: string): string {
  const { issuer: named, jwks_uri: keys } = metadata
  if (named !== issuer) {
    const other = typeof named === 'string' ? JSON.stringify(named.slice(0, 200)) : 'no issuer'
    throw new Unavailable(`${url} names ${other}: write the issuer exactly as there`)
  }
  if (typeof keys !== 'string') throw new Unavailable(`${url} has no jwks_uri`)
  try {
    return issuerUrl(keys, 'jwks_uri').href
  } catch (cause) {
    throw new Unavailable(`${url} has a jwks_uri that is no https URL`, { cause })
  }
}
