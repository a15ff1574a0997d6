import { parseChallenges } from '@lutra/client/auth'
import type { Examination } from './finding.ts'
import { see } from './see.ts'

/** What the server's challenge leads to. */
export interface Led {
  /** Where the server says that its metadata is. */
  readonly metadata?: URL
  readonly scope?: string
}

/** Looks at how the server asks; undefined where it asks for something that no client of MCP has. */
export function examineChallenge(
  header: string | undefined,
  { say }: Examination,
): Led | undefined {
  const challenges = parseChallenges(header ?? '')
  if (challenges.length === 0) {
    say('challenge', 'odd', {
      what: 'The refusal has no WWW-Authenticate header; clients have to guess where to look',
      side: 'the MCP server',
      fix: 'Send WWW-Authenticate: Bearer resource_metadata="…" with every 401',
      see: see.challenge,
    })
    return {}
  }
  const parameters = new Map<string, string>()
  const ours = challenges.filter(({ scheme }) => scheme === 'bearer' || scheme === 'dpop')
  for (const one of ours)
    for (const [name, value] of one.parameters)
      if (!parameters.has(name)) parameters.set(name, value)
  if (ours.length === 0) {
    const schemes = challenges.map(({ scheme }) => scheme).join(', ')
    say('challenge', 'bad', {
      what: `The server asks for ${schemes}, not for a bearer token`,
      side: 'the MCP server',
      fix: 'Protect it by OAuth as MCP has it; or give what it asks for: --header "Authorization: …"',
      see: see.challenge,
    })
    return undefined
  }
  const scope = parameters.get('scope')
  const text = parameters.get('resource_metadata')
  const metadata = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  if (metadata) {
    const asked = scope ? `, and asks for the scopes ${scope}` : ''
    say('challenge', 'good', `WWW-Authenticate leads to ${metadata.href}${asked}`)
  } else {
    say('challenge', 'odd', {
      what:
        text === undefined
          ? 'WWW-Authenticate has no resource_metadata; clients look at the well-known places'
          : `resource_metadata of WWW-Authenticate is no absolute URL: ${text}`,
      side: 'the MCP server',
      fix: 'Add resource_metadata="https://…/.well-known/oauth-protected-resource…" to it',
      see: see.challenge,
    })
  }
  const error = parameters.get('error')
  if (error !== undefined) {
    const why = parameters.get('error_description')
    say('challenge', 'told', `It says ${error}${why ? `: ${why}` : ''}, though no token was sent`)
  }
  return { ...(metadata && { metadata }), ...(scope !== undefined && { scope }) }
}
