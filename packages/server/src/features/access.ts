/** Who may use what. See /specification/2026-07-28/basic/authorization#runtime-insufficient-scope-errors */
import type { Asker } from '@lutra/core/access'

/** What scopes guard. */
export interface Guarded {
  /** Every scope that its callers need, without doubles. */
  readonly scopes: readonly string[]
}

/** Whether the token of a call that stays open has ended in the meantime. */
export function hasEnded({ auth }: Asker): boolean {
  const exp = auth?.claims?.['exp']
  return typeof exp === 'number' && exp * 1000 <= Date.now()
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
