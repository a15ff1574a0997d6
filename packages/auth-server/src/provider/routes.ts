/** Where everything is, under the issuer. */
export const routes = {
  authorization: '/authorize',
  token: '/token',
  jwks: '/jwks',
  registration: '/register',
  revocation: '/revoke',
  introspection: '/introspect',
  pushed_authorization_request: '/par',
  end_session: '/sign-out',
  interaction: '/interaction',
  callback: '/callback',
  health: '/health',
} as const

/** The places of metadata, which an issuer with a path has before and after it. */
export const wellKnown = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
] as const

/** Whether a path under the issuer is one of ours. */
export function isOurs(path: string): boolean {
  return (
    wellKnown.some((known) => path === known) ||
    Object.values(routes).some((route) => path === route || path.startsWith(`${route}/`))
  )
}
