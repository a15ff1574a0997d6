/** Scopes as tokens name them, and those that others hold. See /specification/2026-07-28/basic/authorization#step-up-authorization-flow */
import type { Implies } from './options.ts'

/** The scopes in claims, each either text with spaces or a list. */
export function readScopes(...claims: readonly unknown[]): readonly string[] {
  const found = claims.flatMap((claim) => (typeof claim === 'string' ? claim.split(' ') : claim))
  return [...new Set(found.filter(isScope))]
}

/** Whether a value is a scope as RFC 6749 writes them, and so may stand in a header. */
function isScope(value: unknown): value is string {
  return typeof value === 'string' && scopeForm.test(value)
}

const scopeForm = /^[!#-[\]-~]+$/

/** Adds to scopes those that they hold, and those that these hold. */
export function createWidening(
  implies: Implies | undefined,
): (scopes: readonly string[]) => readonly string[] {
  if (implies === undefined) return (scopes) => scopes
  if (typeof implies === 'function') {
    return (scopes) => [...new Set([...scopes, ...implies(scopes)])]
  }
  const held = new Map(Object.entries(implies))
  return (scopes) => {
    const all = new Set(scopes)
    // What is added while a set is walked is walked too.
    for (const scope of all) for (const inner of held.get(scope) ?? []) all.add(inner)
    return [...all]
  }
}

/** Scopes as they may be asked for: each once, and none that is no business of a resource. */
export function askable(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes)].filter((scope) => isScope(scope) && scope !== 'offline_access')
}
