/** See RFC 8414, OpenID Connect Discovery and /specification/2026-07-28/basic/authorization#authorization-server-metadata-discovery */
import { isObject } from '@lutra/core'
import type { AuthorizationServer } from 'oauth4webapi'
import { AuthError } from './auth-error.ts'
import type { Outbound } from './outbound.ts'
import { readJson } from './read-json.ts'

/** Where the metadata of an issuer is, in the order in which it is looked for. Never at the root, for an issuer with a path. */
export function issuerMetadataUrls(issuer: string): readonly URL[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const oauth = `${origin}/.well-known/oauth-authorization-server${path}`
  const openId = `${origin}/.well-known/openid-configuration`
  const urls = path
    ? [oauth, openId + path, `${origin}${path}/.well-known/openid-configuration`]
    : [oauth, openId]
  return urls.map((url) => new URL(url))
}

/** Finds the metadata of an issuer, if it has any; throws `AuthError` where it is another's. */
export async function findIssuer(
  issuer: string,
  outbound: Outbound,
): Promise<AuthorizationServer | undefined> {
  assertIssuer(issuer)
  for (const url of issuerMetadataUrls(issuer)) {
    const found = await readJson(url, outbound)
    if (found.kind === 'document') return readServer(found.document, issuer, url)
  }
  return undefined
}

/** Finds the metadata of an issuer. */
export async function discoverIssuer(
  issuer: string,
  outbound: Outbound,
): Promise<AuthorizationServer> {
  const found = await findIssuer(issuer, outbound)
  if (found) return found
  const places = issuerMetadataUrls(issuer).map((url) => url.pathname)
  throw new AuthError(
    'discovery',
    `The authorization server ${issuer} has no metadata at any of ${places.join(', ')}`,
  )
}

function assertIssuer(issuer: string): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (url && /^https?:$/.test(url.protocol) && !issuer.includes('?') && !issuer.includes('#'))
    return
  const shown = issuer.slice(0, 200)
  throw new AuthError('discovery', `${shown} cannot be an issuer: an https URL without a query is`)
}

function readServer(document: unknown, issuer: string, from: URL): AuthorizationServer {
  const where = `The metadata at ${from.href}`
  if (!isObject(document)) throw new AuthError('discovery', `${where} is no JSON object`)
  // By the letter: whoever may differ by a slash may be somebody else.
  if (document['issuer'] !== issuer) {
    const said = JSON.stringify(document['issuer'] ?? 'none').slice(0, 200)
    throw new AuthError('discovery', `${where} is of the issuer ${said}, not of ${issuer}`)
  }
  if (typeof document['token_endpoint'] !== 'string') {
    throw new AuthError('discovery', `${where} names no "token_endpoint"`)
  }
  const sound = Object.entries(document).filter(([name, value]) => isSound(name, value))
  return Object.fromEntries(sound) as unknown as AuthorizationServer
}

/** Whether a field has the shape of its kind: what has another is as good as absent. */
function isSound(name: string, value: unknown): boolean {
  if (/_supported$/.test(name) && value !== true && value !== false) {
    return Array.isArray(value) && value.every((one) => typeof one === 'string')
  }
  return !/_(endpoint|uri)$/.test(name) || typeof value === 'string'
}
