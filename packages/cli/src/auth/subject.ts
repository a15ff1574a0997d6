import type { TokenSet } from '@lutra/client/auth'

/** Who signed in, as the authorization server said in its ID token. Undefined where it gave none: nothing is guessed. */
export function subjectOf({ idToken }: Pick<TokenSet, 'idToken'>): string | undefined {
  const payload = idToken?.split('.')[1]
  if (payload === undefined) return undefined
  try {
    const claims = new Map(
      Object.entries(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object),
    )
    const names = ['email', 'preferred_username', 'name', 'sub'].map((name) => claims.get(name))
    return names.find((name) => typeof name === 'string' && name !== '')
  } catch {
    return undefined
  }
}
