/** The header that says what a request lacks. See RFC 6750, section 3, and RFC 9728, section 5.1 */
import { askable } from './scope-list.ts'

export interface Challenge {
  readonly scheme?: 'Bearer' | 'DPoP'
  readonly error?: string
  readonly description?: string
  readonly scopes?: readonly string[]
  readonly algorithms?: readonly string[]
  readonly metadataUrl?: string | undefined
}

/** The value of `WWW-Authenticate`. */
export function encodeChallenge(challenge: Challenge): string {
  const { scheme = 'Bearer', error, description, scopes = [], algorithms = [] } = challenge
  const scope = askable(scopes).join(' ')
  const parameters = [
    ['error', error],
    ['error_description', description && plain(description)],
    ['scope', scope],
    ['algs', algorithms.join(' ')],
    ['resource_metadata', challenge.metadataUrl],
  ].filter(([, value]) => value)
  const list = parameters.map(([name, value]) => `${name}="${value}"`).join(', ')
  return list === '' ? scheme : `${scheme} ${list}`
}

/** Text as it may stand between quotes in a header. */
function plain(text: string): string {
  return text
    .replaceAll('"', "'")
    .replace(/[^!#-[\]-~]+/g, ' ')
    .trim()
    .slice(0, 200)
}
