import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'

/** What a JWT says, unverified: good for refusing what cannot be right before it is sent, never for trusting it. */
export function readJwt(
  token: unknown,
): { readonly type: string | undefined; readonly claims: JWTPayload } | undefined {
  if (typeof token !== 'string' || token.length > 64 * 1024) return undefined
  try {
    return { type: decodeProtectedHeader(token).typ, claims: decodeJwt(token) }
  } catch {
    return undefined
  }
}

/** Whether a JWT is over, or will be in a few seconds. One that does not say is not. */
export function isOver({ exp }: JWTPayload, marginSeconds = 5): boolean {
  return typeof exp === 'number' && exp <= Date.now() / 1000 + marginSeconds
}

/** Whether a JWT is for `audience`, give or take a slash at its end, which issuers lose and find. */
export function isFor({ aud }: JWTPayload, audience: string): boolean {
  const bare = (value: string) => value.replace(/\/$/, '')
  const audiences = Array.isArray(aud) ? aud : [aud]
  return audiences.some((each) => typeof each === 'string' && bare(each) === bare(audience))
}
