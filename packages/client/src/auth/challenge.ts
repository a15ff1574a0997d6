/** What a refusal asks for. See RFC 9110 section 11.6.1 and /specification/2026-07-28/basic/authorization */
import type { Arrival } from '../http/authorizer.ts'
import { parseScope } from './scope.ts'

/** One challenge of a `WWW-Authenticate` header. Scheme and names are in lowercase. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

/** What the bearer and DPoP challenges of a response say together. */
export interface Demand {
  readonly error?: string
  /** The scopes that the operation needs. */
  readonly scopes?: readonly string[]
  /** Where the metadata of the resource is. */
  readonly resourceMetadata?: string
}

/** Reads what a response asks for; an empty demand where it does not say. */
export function demandOf(arrival: Arrival): Demand {
  const header = arrival.header('www-authenticate')
  if (header === undefined) return {}
  const found = new Map<string, string>()
  for (const { scheme, parameters } of parseChallenges(header)) {
    if (scheme !== 'bearer' && scheme !== 'dpop') continue
    for (const [name, value] of parameters) if (!found.has(name)) found.set(name, value)
  }
  const error = found.get('error')
  const scope = found.get('scope')
  const resourceMetadata = found.get('resource_metadata')
  const scopes = scope === undefined ? [] : parseScope(scope)
  return {
    ...(error !== undefined && { error }),
    ...(scopes.length > 0 && { scopes }),
    ...(resourceMetadata !== undefined && { resourceMetadata }),
  }
}

// A server may say what it likes; more than this it has no need to.
const maxHeader = 16 * 1024
const maxChallenges = 32

const gap = /[ \t,]*/y
const word = /([!#$%&'*+.^_`|~\w-]+)[ \t]*/y
// Values without quotes are tokens by the letter, but addresses are met there, too.
const value = /=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/y

/** Takes a header of one or several challenges apart. What is no challenge in it is left out. */
export function parseChallenges(header: string): readonly Challenge[] {
  const text = header.slice(0, maxHeader)
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) at = pattern.lastIndex
    return match ?? undefined
  }
  while (at < text.length && challenges.length <= maxChallenges) {
    take(gap)
    const name = take(word)?.[1]?.toLowerCase()
    if (name === undefined) {
      at += 1
      continue
    }
    const given = take(value)
    const current = challenges.at(-1)
    if (!given) challenges.push({ scheme: name, parameters: new Map() })
    else if (current && !current.parameters.has(name)) {
      current.parameters.set(name, given[1]?.replaceAll(/\\(.)/g, '$1') ?? given[2] ?? '')
    }
  }
  return challenges.slice(0, maxChallenges)
}
