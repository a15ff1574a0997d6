/** The token that a request brings. See RFC 6750, section 2, and RFC 9449, section 7.1 */
import type { HttpHead } from '../http/exchange.ts'

export type Credentials =
  | { readonly token: string; readonly scheme: 'Bearer' | 'DPoP' }
  | { readonly malformed: string }
  /** None, or one of a scheme that is not spoken here. */
  | 'none'

/** Reads the one place where a token may be. */
export function readCredentials(head: HttpHead, maxLength: number): Credentials {
  if (hasTokenInUrl(head.url)) {
    return { malformed: 'A token must not be in the URL: send it in the Authorization header' }
  }
  const header = head.header('authorization')
  const scheme =
    header === undefined ? undefined : schemes.get(/^[^ ,]*/.exec(header)?.[0].toLowerCase() ?? '')
  if (header === undefined || !scheme) return 'none'
  const token = header.slice(scheme.length).trim()
  if (token.length > maxLength) return { malformed: 'The token is longer than tokens may be' }
  if (!tokenForm.test(token)) {
    return { malformed: `Expected one Authorization header of the form "${scheme} TOKEN"` }
  }
  return { token, scheme }
}

/** Whether a token is where logs and histories would keep it. */
export function hasTokenInUrl(url: string): boolean {
  return url.includes('access_token') && /[?&]access_token=/.test(url)
}

const schemes = new Map([
  ['bearer', 'Bearer'],
  ['dpop', 'DPoP'],
] as const) as ReadonlyMap<string, 'Bearer' | 'DPoP'>

const tokenForm = /^[\w.~+/-]+=*$/
