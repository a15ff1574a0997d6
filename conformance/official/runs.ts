/** What of the official suite is run: a role and the arguments that choose its scenarios. */
export interface Run {
  readonly role: 'server' | 'client'
  readonly revision: string
  readonly choose: readonly string[]
}

const required = (role: Run['role'], revision: string): Run => ({
  role,
  revision,
  choose: ['--requirements', revision],
})

const applicable = (revision: string): Run => ({
  role: 'server',
  revision,
  choose: ['--suite', 'all', '--spec-version', revision],
})

/**
 * The frozen requirements of the two revisions that have them, and what applies to an older one. The suite runs the extensions
 * along with the requirements: it does not score them, we do.
 */
export const runs: readonly Run[] = [
  required('server', '2026-07-28'),
  required('server', '2025-11-25'),
  applicable('2025-06-18'),
  required('client', '2026-07-28'),
  required('client', '2025-11-25'),
]

/** The revisions whose scenarios for authorization servers are run against ours. */
export const authorizationRevisions: readonly string[] = ['2026-07-28', '2025-11-25']

/** Scenarios of what is not part of this project yet: listed in the table, and not counted as passed. */
export const notBuilt: readonly { readonly prefix: string; readonly what: string }[] = [
  { prefix: 'sep-2640-', what: 'the Skills extension' },
]
