/** The URL that names a server. See /specification/2026-07-28/basic/authorization#canonical-server-uri */

/** A resource in the form in which it is compared and published. Throws `TypeError` for what can name no server. */
export function canonicalResource(resource: string): string {
  const canonical = comparable(resource)
  if (canonical === undefined) {
    throw new TypeError(
      `Expected resource to be the http(s) URL of this server, without a fragment: ${resource}`,
    )
  }
  return canonical
}

/** The parts of a resource that its metadata and its proofs need. */
export function partsOf(canonical: string): { origin: string; path: string; search: string } {
  const { origin, pathname, search } = new URL(canonical)
  return { origin, path: pathname === '/' ? '' : pathname, search }
}

/** A URL with its scheme and host in lower case and without the slash at its end; undefined for what is no URL of a server. */
export function comparable(text: string): string | undefined {
  if (!URL.canParse(text) || text.includes('#')) return undefined
  const { protocol, origin, pathname, search, username, password } = new URL(text)
  if ((protocol !== 'https:' && protocol !== 'http:') || username || password) return undefined
  return origin + pathname.replace(/\/$/, '') + search
}

/** A URL of an authorization server: https, or http on this very machine. Throws `TypeError` for others. */
export function issuerUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLocal = url?.protocol === 'http:' && loopback.test(url.hostname)
  if (url && (url.protocol === 'https:' || isLocal) && !url.username && !url.password) return url
  throw new TypeError(`Expected ${what} to be an https URL, or http on loopback: ${text}`)
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
