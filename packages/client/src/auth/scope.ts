/** Which scopes to ask for. See /specification/2026-07-28/basic/authorization#scope-selection-strategy */

// A server that asks for more than this wants something else than access.
const maxScopes = 100
const maxLength = 4000

/** The scopes in a text that separates them by spaces: each once, those that no request may carry left out. */
export function parseScope(text: string): readonly string[] {
  return readScopes(text.slice(0, maxLength).split(' '))
}

/** The scopes in a list from outside. */
export function readScopes(list: readonly unknown[]): readonly string[] {
  const sound = list.filter(
    (one): one is string =>
      typeof one === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/.test(one),
  )
  return bounded(new Set(sound))
}

/** All scopes of several lists, each once. */
function unionOf(...lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return bounded(new Set(lists.flatMap((list) => list ?? [])))
}

/** Scopes as a request carries them; undefined where there are none. */
export function printScope(scopes: readonly string[]): string | undefined {
  return scopes.length > 0 ? scopes.join(' ') : undefined
}

/** Whether all of `wanted` are among `granted`. */
export function covers(granted: string | undefined, wanted: readonly string[]): boolean {
  const held = new Set(parseScope(granted ?? ''))
  return wanted.every((one) => held.has(one))
}

/** What a scope is chosen by. */
export interface ScopeSources {
  /** What the challenge names: it is what the operation needs. */
  readonly challenged: readonly string[] | undefined
  /** What the user wants where the server does not say. */
  readonly preferred: string | undefined
  /** What the metadata of the resource lists. */
  readonly offered: readonly string[] | undefined
  /** What was asked for before at the same authorization server: it must not get lost. */
  readonly before: string | undefined
  /** What the authorization server lists. */
  readonly known: readonly string[] | undefined
  /** Whether tokens are wanted that last while the person is away. */
  readonly offline: boolean
}

/** The scopes to ask for: those of the challenge, else those of the metadata, else none; with those that were asked for before. */
export function chooseScope(sources: ScopeSources): readonly string[] {
  const { challenged, preferred, offered, before, known, offline } = sources
  const base = challenged ?? (preferred === undefined ? (offered ?? []) : parseScope(preferred))
  const all = unionOf(base, parseScope(before ?? ''))
  // Without any scope a server grants what it thinks best: this one alone would ask for nothing else.
  const lasting = offline && all.length > 0 && known?.includes('offline_access') === true
  return lasting ? unionOf(all, ['offline_access']) : all
}

function bounded(scopes: ReadonlySet<string>): readonly string[] {
  const kept: string[] = []
  let length = 0
  for (const one of scopes) {
    length += one.length + 1
    if (kept.length >= maxScopes || length > maxLength) break
    kept.push(one)
  }
  return kept
}
