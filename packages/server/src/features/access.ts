/** Who may use what. See /specification/2026-07-28/basic/authorization#runtime-insufficient-scope-errors */
import type { Call } from '@lutra/core'
import { ScopeError } from '../scope-error.ts'

/** What scopes guard. */
export interface Guarded {
  /** Every scope that its callers need, without doubles. */
  readonly scopes: readonly string[]
}

/** Who asks: a call, or what of one says so. */
export type Asker = Pick<Call, 'auth' | 'header'>

/**
 * Whether a caller has all of these scopes. Where there are no HTTP headers, nobody but the user of the process can be at
 * the other end, who needs none.
 */
export function mayUse({ auth, header }: Asker, scopes: readonly string[]): boolean {
  if (scopes.length === 0) return true
  if (!auth) return header === undefined
  return scopes.every((scope) => auth.scopes.includes(scope))
}

/** Whether the token of a call that stays open has ended in the meantime. */
export function hasEnded({ auth }: Asker): boolean {
  const exp = auth?.claims?.['exp']
  return typeof exp === 'number' && exp * 1000 <= Date.now()
}

/** Lets a caller pass that has all of these scopes; throws `ScopeError` for any other, naming all of them. */
export function assertScopes(asker: Asker, scopes: readonly string[], owner: string): void {
  if (mayUse(asker, scopes)) return
  if (!asker.auth) throw unguarded(owner, scopes)
  throw new ScopeError(`The scopes of this token are not enough: ${owner} needs ${words(scopes)}`, [
    ...scopes,
  ])
}

/** The scopes of a definition, checked and without doubles; throws `TypeError` for one that no token could have. */
export function readScopes(scopes: readonly string[] = [], owner: string): readonly string[] {
  for (const scope of scopes) {
    if (typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) continue
    throw new TypeError(
      `Expected each scope of ${owner} to be one word of ASCII without spaces, quotes or backslashes: "${scope}"`,
    )
  }
  return [...new Set(scopes)]
}

// A plain error: the caller learns nothing, and the operator reads what is wrong with the server.
function unguarded(owner: string, scopes: readonly string[]): Error {
  return new Error(
    `${owner} needs ${words(scopes)}, and nobody was authenticated: over HTTP it stays shut until the door is given auth: bearer({ … })`,
  )
}

function words(scopes: readonly string[]): string {
  return scopes.map((scope) => `"${scope}"`).join(', ')
}
