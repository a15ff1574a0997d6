/** What different callers see of the same list, each view of it cut and encoded once. */
import type { Auth, Result } from '@lutra/core'
import { type Asker, mayUse } from '@lutra/core/access'
import type { Guarded } from './access.ts'

/** One item of a list, and who may use it. */
export interface Listed<T> extends Guarded {
  readonly description: T
}

/** The items that some callers see, with the pages of them that were asked for. */
export interface View<T> {
  readonly items: readonly T[]
  /** By cursor: one for each place where a page can start. */
  readonly pages: Map<string | undefined, Result>
}

/** Finds the view of a caller. Callers who may use the same items share one, however they are called. */
export function createViews<T>(
  listed: readonly Listed<T>[],
  { all = false }: { readonly all?: boolean } = {},
): (asker: Asker) => View<T> {
  const whole = viewOf(listed)
  const needs = [...new Map(listed.map(({ scopes }) => [scopes.join(' '), scopes])).values()]
  if (needs.every((scopes) => scopes.length === 0)) return () => whole
  const views = new Map<string, View<T>>()
  const keys = new WeakMap<Auth, string>()

  function keyOf(asker: Asker): string {
    const { auth } = asker
    const known = auth && keys.get(auth)
    if (known !== undefined) return known
    const key = needs.map((scopes) => (mayUse(asker, scopes) ? '1' : '0')).join('')
    if (auth) keys.set(auth, key)
    return key
  }

  return (asker) => {
    if (all && asker.auth) return whole
    const key = keyOf(asker)
    if (!key.includes('0')) return whole
    const known = views.get(key)
    if (known) return known
    const view = viewOf(listed.filter(({ scopes }) => mayUse(asker, scopes)))
    const [oldest] = views.size < mostViews ? [] : views.keys()
    if (oldest !== undefined) views.delete(oldest)
    views.set(key, view)
    return view
  }
}

// Each holds the text of a list. There are as many as sets of scopes that callers come with: a few, unless they try.
const mostViews = 64

function viewOf<T>(listed: readonly Listed<T>[]): View<T> {
  return { items: listed.map(({ description }) => description), pages: new Map() }
}
