/** See /specification/2026-07-28/basic/authorization#canonical-server-uri */

/** The canonical identifier of the server at a URL. */
export function canonicalResource(server: URL): string {
  const path = server.pathname === '/' ? '' : server.pathname
  return `${server.origin}${path}${server.search}`
}

/** Whether tokens for `resource` are meant for the server at a URL: it is that, or something above it on the same origin. */
export function resourceCovers(resource: string, server: URL): boolean {
  if (!URL.canParse(resource)) return false
  const { origin, pathname, search, hash, username, password } = new URL(resource)
  if (origin !== server.origin || hash || username || password) return false
  if (search && search !== server.search) return false
  const above = pathname.endsWith('/') ? pathname : `${pathname}/`
  return server.pathname === pathname || `${server.pathname}/`.startsWith(above)
}
