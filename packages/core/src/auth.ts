/** Who made a call, as a resource server found out. Never carries the token itself. */
export interface Auth {
  /** The user or service that the token speaks for. */
  readonly subject: string
  /** The OAuth client that holds the token. */
  readonly clientId?: string
  readonly scopes: readonly string[]
  readonly claims: Readonly<Record<string, unknown>>
}

/** The name under which state is bound to a caller: empty where nobody was authenticated. */
export function principalOf(auth: Auth | undefined): string {
  if (!auth) return ''
  const { subject, clientId = null, claims } = auth
  // Subjects are unique within their issuer only, and may hold any character.
  const issuer = typeof claims?.['iss'] === 'string' ? claims['iss'] : null
  return JSON.stringify([subject, clientId, issuer])
}
