import { dateOf } from './date.ts'
import type { SignedIn } from './signed-in.ts'

/** Until when one is signed in, in words. */
export function describeExpiry({ expiresAt, renews }: SignedIn): string {
  if (renews) return 'renews by itself'
  if (expiresAt === undefined) return 'until it is revoked'
  return expiresAt > Date.now() ? `until ${dateOf(expiresAt)}` : `expired ${dateOf(expiresAt)}`
}

/** The same for a program, with times that it can read. */
export function asDocument({ expiresAt, scope, ...about }: SignedIn): object {
  return {
    ...about,
    scopes: scope?.split(' ') ?? [],
    ...(expiresAt !== undefined && {
      expiresAt: new Date(expiresAt).toISOString(),
      expired: expiresAt <= Date.now(),
    }),
  }
}
