import { type Arrival, parseChallenges } from '@lutra/client/auth'

/** A refusal as a server would send it, with the scopes that it asked for and those that are wanted besides. */
export function challengeWith(header: string | undefined, scope: string | undefined): Arrival {
  const ours = parseChallenges(header ?? '').filter(
    ({ scheme }) => scheme === 'bearer' || scheme === 'dpop',
  )
  const parameters = new Map(ours.flatMap((one) => [...one.parameters]))
  const scopes = new Set([...textsOf(parameters.get('scope')), ...textsOf(scope)])
  const metadata = parameters.get('resource_metadata')
  const parts = [
    ...(metadata === undefined ? [] : [`resource_metadata=${quoted(metadata)}`]),
    ...(scopes.size === 0 ? [] : [`scope=${quoted([...scopes].join(' '))}`]),
  ]
  const challenge = `Bearer ${parts.join(', ')}`.trim()
  return {
    status: 401,
    header: (name) => (name === 'www-authenticate' ? challenge : undefined),
  }
}

function textsOf(scope = ''): string[] {
  return scope.split(/[\s,]+/).filter(Boolean)
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
