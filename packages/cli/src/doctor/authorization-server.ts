import { issuerMetadataUrls } from '@lutra/client/auth'
import type { Examination, Finding } from './finding.ts'
import { type Found, readDocument } from './read-document.ts'
import { textsOf } from './resource-metadata.ts'
import { see } from './see.ts'

/** The metadata of an authorization server that clients can use. */
export type ServerMetadata = Readonly<Record<string, unknown>> & { readonly issuer: string }

const step = 'authorization server'
const side = 'the authorization server'

/** Reads and judges the metadata of an issuer as clients do; undefined where they cannot use it. */
export async function examineIssuer(
  issuer: string,
  examination: Examination,
): Promise<ServerMetadata | undefined> {
  const { say, server } = examination
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    say(step, 'bad', {
      what: `${issuer} cannot be an issuer: it has to be an https URL without query and fragment`,
      side: 'the MCP server',
      fix: 'Correct "authorization_servers" in its metadata',
      see: see.servers,
    })
    return undefined
  }
  if (url.protocol === 'http:' && !isLocalPair(url, server)) {
    say(step, 'bad', {
      what: `The issuer ${issuer} is plain http: passwords and tokens would travel for all to read`,
      side,
      fix: 'Serve it over https and name that in "authorization_servers"; http is for this machine alone',
      see: see.https,
    })
    return undefined
  }
  const found = await readMetadata(issuer, examination)
  if (!found) return undefined
  const { value, from } = found
  if (value['issuer'] !== issuer) {
    say(step, 'bad', {
      what: `The metadata at ${from.href} is of the issuer ${String(value['issuer'])}, not of ${issuer}`,
      side: 'the MCP server',
      fix: 'Both have to be the same, letter by letter, a slash at the end included: correct "authorization_servers" of the MCP server, or the issuer of the authorization server',
      see: see.issuer,
    })
    return undefined
  }
  say(step, 'good', `${issuer} has its metadata at ${from.pathname}`)
  const verdicts = [...examineEndpoints(value), ...examineAbilities(value)]
  for (const { outcome, ...finding } of verdicts) say(step, outcome, finding)
  return verdicts.some(({ outcome }) => outcome === 'bad') ? undefined : { ...value, issuer }
}

/** Tries each well-known place in its order. */
async function readMetadata(issuer: string, examination: Examination) {
  const { say, busy } = examination
  const tried: string[] = []
  let unreachable: Extract<Found, { kind: 'failed' }> | undefined
  for (const url of issuerMetadataUrls(issuer)) {
    busy(`Reading ${url.href}`)
    const found = await readDocument(url, examination)
    if (found.kind === 'document') return { value: found.value, from: url }
    if (found.kind === 'unsafe') {
      say(step, 'bad', {
        what: `The MCP server names ${issuer}, which is not asked: ${found.why}`,
        side: 'the MCP server',
        fix: 'Name an authorization server that clients outside can reach, over https',
        see: see.guard,
      })
      return undefined
    }
    tried.push(`${url.pathname} (${found.kind === 'none' ? `HTTP ${found.status}` : found.why})`)
    if (found.kind === 'failed') {
      unreachable = found
      break
    }
  }
  if (unreachable) {
    say(step, 'bad', {
      what: `The authorization server ${issuer} cannot be reached: ${unreachable.why}`,
      side: 'the network',
      fix: unreachable.fix ?? 'Check that it runs, and that the MCP server names the right one',
      see: see.metadata,
    })
    return undefined
  }
  say(step, 'bad', {
    what: `${issuer} has no metadata at any of ${tried.join(', ')}`,
    side,
    fix: 'Publish it at one of them; or name another issuer in "authorization_servers" of the MCP server',
    see: see.metadata,
  })
  return undefined
}

type Verdict = Omit<Finding, 'step'>

function examineEndpoints(value: Readonly<Record<string, unknown>>): Verdict[] {
  return [
    ['authorization_endpoint', 'people sign in', 'odd'] as const,
    ['token_endpoint', 'tokens are issued', 'bad'] as const,
  ].flatMap(([name, what, outcome]): Verdict[] => {
    const text = value[name]
    const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
    if (text === undefined) {
      return [
        {
          outcome,
          what: `Its metadata has no "${name}", where ${what}`,
          side,
          fix: `Add "${name}"`,
          see: see.metadataFields,
        },
      ]
    }
    if (url && /^https?:$/.test(url.protocol)) return []
    return [
      {
        outcome: 'bad',
        what: `Its "${name}" is no URL that may be opened: ${String(text)}`,
        side,
        fix: 'It has to be an https URL',
        see: see.https,
      },
    ]
  })
}

function examineAbilities(value: Readonly<Record<string, unknown>>): Verdict[] {
  const methods = value['code_challenge_methods_supported']
  const pkce: Verdict = textsOf(methods).includes('S256')
    ? { outcome: 'good', what: 'It takes PKCE with S256' }
    : {
        outcome: 'bad',
        what:
          methods === undefined
            ? 'Its metadata does not say that it takes PKCE ("code_challenge_methods_supported" is missing): clients must stop here'
            : `It takes PKCE by ${textsOf(methods).join(', ') || 'nothing'} alone, not by S256`,
        side,
        fix: 'Switch PKCE on and list S256 in "code_challenge_methods_supported"; or put an authorization server before it that does',
        see: see.pkce,
      }
  const iss: Verdict =
    value['authorization_response_iss_parameter_supported'] === true
      ? { outcome: 'good', what: 'It names itself in its answers (iss)' }
      : {
          outcome: 'told',
          what: 'It does not say that it names itself in its answers (iss), which tells mix-ups apart',
          side,
          see: see.iss,
        }
  const grants = textsOf(value['grant_types_supported'])
  const scopes = textsOf(value['scopes_supported'])
  return [
    pkce,
    iss,
    ...(grants.length > 0 ? [told(`Its grants are ${grants.join(', ')}`)] : []),
    ...(grants.length > 0 && !grants.includes('refresh_token')
      ? [told('It has no refresh tokens: people sign in again whenever a token expires')]
      : []),
    ...(scopes.length > 0 ? [told(`Its scopes are ${scopes.slice(0, 30).join(', ')}`)] : []),
  ]
}

function told(what: string): Verdict {
  return { outcome: 'told', what }
}

/** Plain http is for servers that are on this machine both. */
function isLocalPair(issuer: URL, server: URL): boolean {
  return [issuer, server].every(({ hostname }) =>
    /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname),
  )
}
